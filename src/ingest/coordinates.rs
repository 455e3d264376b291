//! The first position of a `GeoJSON` geometry, whatever its type: a point is a position, a line a list of them, a polygon a list of lists.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::loose::Loose;

/// First and second number of the first position: longitude and latitude, in this order, as `GeoJSON` and OC4IDS have it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Coordinates(pub(super) Option<(f64, f64)>);

/// A position, or a number of one; how deep an array may nest is checked before anything is read.
enum Node {
    Number(f64),
    Position(f64, f64),
    Nothing,
}

impl<'de> Loose<'de> for Coordinates {
    fn read_into<D: Deserializer<'de>>(place: &mut Self, deserializer: D) -> Result<(), D::Error> {
        place.0 = match Node::deserialize(deserializer)? {
            Node::Position(first, second) => Some((first, second)),
            Node::Number(_) | Node::Nothing => None,
        };
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }
    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(value))
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "degrees are far below the numbers that lose digits"
    )]
    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value as f64))
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "degrees are far below the numbers that lose digits"
    )]
    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value as f64))
    }
    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(text.trim().parse().map_or(Node::Nothing, Node::Number))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Nothing)
    }
    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }
    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Node::Nothing)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Node, A::Error> {
        let node = match sequence.next_element::<Node>()? {
            Some(Node::Number(first)) => match sequence.next_element::<Node>()? {
                Some(Node::Number(second)) => Node::Position(first, second),
                _ => Node::Nothing,
            },
            Some(Node::Position(first, second)) => Node::Position(first, second),
            Some(Node::Nothing) | None => Node::Nothing,
        };
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        Ok(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_geometry_is_at_its_first_position() {
        for (text, expected) in [
            ("[-79.5, 9]", Some((-79.5, 9.0))),
            ("[-79.5, 9.25, 12]", Some((-79.5, 9.25))),
            ("[[-79.5, 9.0], [-80, 8]]", Some((-79.5, 9.0))),
            (
                "[[[-79.5, 9.0], [-80, 8], [-79.5, 9.0]], [[0, 0]]]",
                Some((-79.5, 9.0)),
            ),
            ("[\"-79.5\", \"9.0\"]", Some((-79.5, 9.0))),
            ("[]", None),
            ("[1]", None),
            ("[null, 9]", None),
            ("{\"x\": [1, 2]}", None),
            ("\"here\"", None),
            ("null", None),
        ] {
            let mut found = Coordinates::default();
            Coordinates::read_into(&mut found, &mut serde_json::Deserializer::from_str(text))
                .expect(text);
            assert_eq!(found.0, expected, "{text}");
        }
    }
}
