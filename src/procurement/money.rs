//! Money: an amount in one currency. Amounts in different currencies never meet.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Codes that are written most; words for these need no memory of their own. Any other code works as well.
const KNOWN: [&str; 40] = [
    "AMD", "ARS", "AUD", "BOB", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CRC", "DOP", "EUR",
    "GBP", "GHS", "GTQ", "HNL", "HTG", "IDR", "INR", "JPY", "KES", "KGS", "MDL", "MWK", "MXN",
    "NIO", "NGN", "PAB", "PEN", "PHP", "PYG", "RWF", "SVC", "UAH", "UGX", "USD", "UYU", "VES",
    "ZAR",
];

/// An ISO 4217 code, in capitals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads three letters in any case; anything else is not a currency.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 3] = text.trim().as_bytes().try_into().ok()?;
        letters
            .iter()
            .all(u8::is_ascii_alphabetic)
            .then(|| Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a currency is made of ASCII letters only")
    }
}

impl Currency {
    /// The code, as words that outlive this value.
    #[must_use]
    pub fn words(self) -> Cow<'static, str> {
        match KNOWN.iter().find(|known| known.as_bytes() == self.0) {
            Some(known) => Cow::Borrowed(known),
            None => Cow::Owned(self.code().to_owned()),
        }
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.code())
    }
}

/// An amount in one currency; publishers sometimes leave the currency out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Money {
    /// In units of the currency. Always finite.
    pub amount: f64,
    /// Absent when the publisher did not say.
    pub currency: Option<Currency>,
}

impl Money {
    /// The amount in hundredths, for comparisons "to the cent".
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "amounts beyond 9e16 saturate and are then equal to each other, which no comparison relies on"
    )]
    pub fn cents(&self) -> i64 {
        (self.amount * 100.0).round() as i64
    }
}
