//! A JSON writer that appends to bytes: commas are its business, order and names are the caller's.
//!
//! Hand-written because a generated country is hundreds of megabytes and none of it needs an intermediate value.

/// Appends one JSON document after another to `out`.
#[derive(Default)]
pub(super) struct Json {
    pub(super) out: Vec<u8>,
    needs_comma: bool,
}

impl Json {
    /// Opens an object as a value.
    pub(super) fn object(&mut self) -> &mut Self {
        self.open(b'{')
    }

    /// Closes an object.
    pub(super) fn end_object(&mut self) -> &mut Self {
        self.close(b'}')
    }

    /// Opens an array as a value.
    pub(super) fn array(&mut self) -> &mut Self {
        self.open(b'[')
    }

    /// Closes an array.
    pub(super) fn end_array(&mut self) -> &mut Self {
        self.close(b']')
    }

    /// Writes a member's name; its value comes next.
    pub(super) fn key(&mut self, name: &str) -> &mut Self {
        self.comma();
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.needs_comma = false;
        self
    }

    /// Writes a member whose value is text.
    pub(super) fn text(&mut self, name: &str, value: &str) -> &mut Self {
        self.key(name).string(value)
    }

    /// Writes a member whose value is an array of texts.
    pub(super) fn texts(&mut self, name: &str, values: &[&str]) -> &mut Self {
        self.key(name).array();
        for value in values {
            self.string(value);
        }
        self.end_array()
    }

    /// Writes text as a value.
    pub(super) fn string(&mut self, value: &str) -> &mut Self {
        self.raw(|out| {
            out.push(b'"');
            escape(out, value);
            out.push(b'"');
        })
    }

    /// Writes a whole number as a value.
    pub(super) fn integer(&mut self, value: i64) -> &mut Self {
        self.raw(|out| write_integer(out, value))
    }

    /// Writes an amount of cents as a number, without zeros that say nothing.
    pub(super) fn cents(&mut self, value: i64) -> &mut Self {
        self.raw(|out| write_cents(out, value))
    }

    /// Writes a value that `write` appends itself.
    pub(super) fn raw(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        self.comma();
        write(&mut self.out);
        self.needs_comma = true;
        self
    }

    /// Ends a line, after which a new document may begin.
    pub(super) fn end_line(&mut self) {
        self.out.push(b'\n');
        self.needs_comma = false;
    }

    fn open(&mut self, bracket: u8) -> &mut Self {
        self.comma();
        self.out.push(bracket);
        self.needs_comma = false;
        self
    }

    fn close(&mut self, bracket: u8) -> &mut Self {
        self.out.push(bracket);
        self.needs_comma = true;
        self
    }

    fn comma(&mut self) {
        if self.needs_comma {
            self.out.push(b',');
        }
    }
}

/// Appends a whole number.
pub(super) fn write_integer(out: &mut Vec<u8>, value: i64) {
    let mut digits = [0_u8; 20];
    let mut position = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        position -= 1;
        digits[position] = b'0' + u8::try_from(rest % 10).expect("a remainder of ten is a digit");
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[position..]);
}

/// Appends an amount of cents as a decimal number: `1200` is `12`, `1250` is `12.5`.
pub(super) fn write_cents(out: &mut Vec<u8>, cents: i64) {
    write_integer(out, cents / 100);
    let rest = u8::try_from((cents % 100).unsigned_abs()).expect("a remainder of a hundred fits");
    if rest != 0 {
        out.push(b'.');
        out.push(b'0' + rest / 10);
        if !rest.is_multiple_of(10) {
            out.push(b'0' + rest % 10);
        }
    }
}

/// Appends text with what JSON requires escaped.
fn escape(out: &mut Vec<u8>, text: &str) {
    for &byte in text.as_bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let mut json = Json::default();
        json.object()
            .text("a", "una \"comilla\", una \\ y un\tsalto: ñ")
            .key("b")
            .array();
        json.integer(-12)
            .cents(120_050)
            .object()
            .end_object()
            .end_array()
            .key("c")
            .cents(700);
        json.end_object().end_line();
        let read: serde_json::Value = serde_json::from_slice(&json.out).unwrap();
        assert_eq!(
            read,
            serde_json::json!({"a": "una \"comilla\", una \\ y un\tsalto: ñ", "b": [-12, 1200.5, {}], "c": 7})
        );
    }

    #[test]
    fn cents_keep_what_they_say() {
        let written = |cents| {
            let mut out = Vec::new();
            write_cents(&mut out, cents);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(
            [
                written(0),
                written(5),
                written(100),
                written(-150),
                written(1234)
            ],
            ["0", "0.05", "1", "-1.5", "12.34"]
        );
    }
}
