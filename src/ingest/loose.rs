//! JSON as publishers write it: values that deserialise whatever their shape.
//!
//! A number may come as a string, an object where an array belongs, a list where one thing belongs, a key twice. None of that is an error here:
//! [`Scalar`], [`One`] and [`List`] take what is there and keep what was wrong with it, so that the reader can say so with its place.
//! The only error left is text that is not JSON. Values that no fact needs are skipped without being built.

mod list;

use std::{borrow::Cow, fmt, marker::PhantomData};

pub(super) use list::{Element, List, ListShape};

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

/// The shape of a value that was not the expected one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Scalar,
    Array,
    Object,
}

/// A single value: words, a number, yes or no.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Scalar<'a> {
    /// No such key, or `null`.
    #[default]
    Absent,
    Text(Cow<'a, str>),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    /// An object or an array.
    Wrong(Shape),
}

/// An object.
#[derive(Clone, Debug, Default)]
pub(super) enum One<T> {
    /// No such key, or `null`.
    #[default]
    Absent,
    Object(T),
    /// The first object of an array that stands where one object belongs.
    FirstOf(T),
    /// Neither.
    Wrong(Shape),
}

impl<T> One<T> {
    /// The object, if there is one.
    pub(super) fn get(&self) -> Option<&T> {
        match self {
            Self::Object(value) | Self::FirstOf(value) => Some(value),
            Self::Absent | Self::Wrong(_) => None,
        }
    }
}

/// Whether a key is there; its value is skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Presence(pub(super) bool);

/// Reads a value in the place where it will stay: objects here are large, and moving each to its place by way of every caller costs more than reading it.
pub(super) trait Loose<'de>: Default {
    fn read_into<D: Deserializer<'de>>(place: &mut Self, deserializer: D) -> Result<(), D::Error>;
}

/// The place for a value, as serde wants to be told of it.
pub(super) struct Slot<'p, T>(pub(super) &'p mut T);

impl<'de, T: Loose<'de>> DeserializeSeed<'de> for Slot<'_, T> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        T::read_into(self.0, deserializer)
    }
}

impl<'de> Loose<'de> for Presence {
    fn read_into<D: Deserializer<'de>>(place: &mut Self, deserializer: D) -> Result<(), D::Error> {
        // `null` is as good as absent.
        place.0 = Option::<IgnoredAny>::deserialize(deserializer)?.is_some();
        Ok(())
    }
}

/// Filled from the entries of an object; what [`crate::ingest::loose::object`] generates.
pub(super) trait FromObject<'de>: Default {
    fn fill<A: MapAccess<'de>>(&mut self, map: A) -> Result<(), A::Error>;
}

/// A key of an object, borrowed where it holds no escapes.
pub(super) struct Key<'a>(pub(super) Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// Declares an object by its keys. The last of a repeated key wins, keys that are not declared are skipped.
macro_rules! object {
    ($($(#[$meta:meta])* struct $name:ident { $($key:literal => $field:ident: $type:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        pub(super) struct $name<'a> { $(pub(super) $field: $type,)* pub(super) marker: std::marker::PhantomData<&'a ()> }

        impl<'de: 'a, 'a> crate::ingest::loose::FromObject<'de> for $name<'a> {
            fn fill<A: serde::de::MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
                while let Some(crate::ingest::loose::Key(key)) = map.next_key()? {
                    match &*key {
                        $($key => map.next_value_seed(crate::ingest::loose::Slot(&mut self.$field))?,)*
                        _ => { map.next_value::<serde::de::IgnoredAny>()?; }
                    }
                }
                Ok(())
            }
        }
    )*};
}
pub(super) use object;

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor<'a>(PhantomData<&'a ()>);
        impl<'de: 'a, 'a> Visitor<'de> for ScalarVisitor<'a> {
            type Value = Scalar<'a>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("any value")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Owned(text.to_owned())))
            }
            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Scalar::Boolean(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Scalar::Integer(value))
            }
            #[expect(
                clippy::cast_precision_loss,
                reason = "numbers beyond 2^63 are not identifiers, and as amounts their last digits do not matter"
            )]
            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(i64::try_from(value).map_or(Scalar::Number(value as f64), Scalar::Integer))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                Ok(Scalar::Number(value))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Scalar::Absent)
            }
            fn visit_none<E>(self) -> Result<Self::Value, E> {
                Ok(Scalar::Absent)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::Wrong(Shape::Object))
            }
            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut sequence: A,
            ) -> Result<Self::Value, A::Error> {
                while sequence.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar::Wrong(Shape::Array))
            }
        }
        deserializer.deserialize_any(ScalarVisitor(PhantomData))
    }
}

impl<'de: 'a, 'a> Loose<'de> for Scalar<'a> {
    fn read_into<D: Deserializer<'de>>(place: &mut Self, deserializer: D) -> Result<(), D::Error> {
        *place = Self::deserialize(deserializer)?;
        Ok(())
    }
}

/// Everything that is neither an object nor an array answers alike.
macro_rules! scalars_are {
    (|$visitor:ident| $value:expr) => {
        scalars_are!(@ $visitor, $value, visit_str: &str, visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64);
    };
    (@ $visitor:ident, $value:expr, $($visit:ident: $type:ty),*) => {$(
        fn $visit<E>(self, _: $type) -> Result<Self::Value, E> {
            let $visitor = self;
            Ok($value)
        }
    )*};
}

impl<'de, T: FromObject<'de>> Loose<'de> for One<T> {
    fn read_into<D: Deserializer<'de>>(place: &mut Self, deserializer: D) -> Result<(), D::Error> {
        struct OneVisitor<'p, T>(&'p mut One<T>);
        impl<'de, T: FromObject<'de>> Visitor<'de> for OneVisitor<'_, T> {
            type Value = ();
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("any value")
            }
            scalars_are!(|visitor| *visitor.0 = One::Wrong(Shape::Scalar));
            fn visit_unit<E>(self) -> Result<(), E> {
                *self.0 = One::Absent;
                Ok(())
            }
            fn visit_none<E>(self) -> Result<(), E> {
                *self.0 = One::Absent;
                Ok(())
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
                *self.0 = One::Object(T::default());
                match self.0 {
                    One::Object(object) => object.fill(map),
                    One::Absent | One::FirstOf(_) | One::Wrong(_) => Ok(()),
                }
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
                let first = sequence.next_element::<FlatObject<T>>()?;
                while sequence.next_element::<IgnoredAny>()?.is_some() {}
                *self.0 = match first {
                    Some(FlatObject(Some(value))) => One::FirstOf(value),
                    _ => One::Wrong(Shape::Array),
                };
                Ok(())
            }
        }
        deserializer.deserialize_any(OneVisitor(place))
    }
}

/// An object that may not be an array: one level is forgiven, not a tower of them, so that nesting cannot exhaust the stack.
struct FlatObject<T>(Option<T>);

impl<'de, T: FromObject<'de>> Deserialize<'de> for FlatObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlatVisitor<T>(PhantomData<T>);
        impl<'de, T: FromObject<'de>> Visitor<'de> for FlatVisitor<T> {
            type Value = FlatObject<T>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("any value")
            }
            scalars_are!(|_visitor| FlatObject(None));
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(FlatObject(None))
            }
            fn visit_none<E>(self) -> Result<Self::Value, E> {
                Ok(FlatObject(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let mut value = T::default();
                value.fill(map)?;
                Ok(FlatObject(Some(value)))
            }
            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut sequence: A,
            ) -> Result<Self::Value, A::Error> {
                while sequence.next_element::<IgnoredAny>()?.is_some() {}
                Ok(FlatObject(None))
            }
        }
        deserializer.deserialize_any(FlatVisitor(PhantomData))
    }
}
