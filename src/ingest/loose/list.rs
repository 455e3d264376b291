//! Lists: arrays, and what publishers write where an array belongs.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{FromObject, Loose, One, Scalar, Shape, Slot};

/// An array.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct List<T> {
    pub(in crate::ingest) items: Vec<T>,
    pub(in crate::ingest) shape: ListShape,
}

/// How a list was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum ListShape {
    Absent,
    Array,
    /// One element without its array.
    Lone,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            shape: ListShape::Absent,
        }
    }
}

impl<T> List<T> {
    pub(in crate::ingest) fn is_present(&self) -> bool {
        self.shape != ListShape::Absent
    }
}

/// What can stand in a [`List`]: an element knows how to be read from the one value it stands for when the array is missing.
pub(in crate::ingest) trait Element<'de>: Loose<'de> {
    fn from_lone_object<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
    fn from_lone_text(text: Cow<'de, str>) -> Self;
    fn from_lone_number(number: f64) -> Self;
}

impl<'de: 'a, 'a> Element<'de> for Scalar<'a> {
    fn from_lone_object<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Wrong(Shape::Object))
    }
    fn from_lone_text(text: Cow<'de, str>) -> Self {
        Scalar::Text(text)
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole numbers below 2^53 only"
    )]
    fn from_lone_number(number: f64) -> Self {
        if number.fract() == 0.0 && number.abs() < 9e15 {
            Scalar::Integer(number as i64)
        } else {
            Scalar::Number(number)
        }
    }
}

impl<'de, T: FromObject<'de>> Element<'de> for One<T> {
    fn from_lone_object<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        let mut object = T::default();
        object.fill(map)?;
        Ok(One::Object(object))
    }
    fn from_lone_text(_: Cow<'de, str>) -> Self {
        One::Wrong(Shape::Scalar)
    }
    fn from_lone_number(_: f64) -> Self {
        One::Wrong(Shape::Scalar)
    }
}

impl<'de, T: Element<'de>> Loose<'de> for List<T> {
    fn read_into<D: Deserializer<'de>>(place: &mut Self, deserializer: D) -> Result<(), D::Error> {
        struct ListVisitor<T>(PhantomData<T>);
        fn lone<T>(item: T) -> List<T> {
            List {
                items: vec![item],
                shape: ListShape::Lone,
            }
        }
        impl<'de, T: Element<'de>> Visitor<'de> for ListVisitor<T> {
            type Value = List<T>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("any value")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                // An empty string where a list belongs says nothing.
                Ok(if text.is_empty() {
                    List::default()
                } else {
                    lone(T::from_lone_text(Cow::Borrowed(text)))
                })
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(if text.is_empty() {
                    List::default()
                } else {
                    lone(T::from_lone_text(Cow::Owned(text.to_owned())))
                })
            }
            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(lone(T::from_lone_number(f64::NAN)))
            }
            #[expect(
                clippy::cast_precision_loss,
                reason = "identifiers beyond 2^53 in place of a list have not been seen"
            )]
            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(lone(T::from_lone_number(value as f64)))
            }
            #[expect(
                clippy::cast_precision_loss,
                reason = "identifiers beyond 2^53 in place of a list have not been seen"
            )]
            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(lone(T::from_lone_number(value as f64)))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                Ok(lone(T::from_lone_number(value)))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(List::default())
            }
            fn visit_none<E>(self) -> Result<Self::Value, E> {
                Ok(List::default())
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::from_lone_object(map).map(lone)
            }
            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut sequence: A,
            ) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                loop {
                    items.push(T::default());
                    let last = items.last_mut().expect("one was just pushed");
                    if sequence.next_element_seed(Slot(last))?.is_none() {
                        items.pop();
                        return Ok(List {
                            items,
                            shape: ListShape::Array,
                        });
                    }
                }
            }
        }
        *place = deserializer.deserialize_any(ListVisitor(PhantomData))?;
        Ok(())
    }
}
