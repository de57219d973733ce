//! One vector as a text file of `key: value` lines (see `../README.md`).

use coset::cbor::Value as Cbor;
use firmware_proto::trust::Rejected;

use crate::Value;

#[derive(Clone)]
pub struct Vector {
    pub name: &'static str,
    pub about: &'static str,
    pub topic: String,
    /// MQTT quality of service that the sender uses.
    pub qos: u8,
    pub payload: Vec<u8>,
    /// What its receiver makes of it.
    pub value: Result<Value, Rejected>,
}

impl Vector {
    pub fn render(&self) -> String {
        let expect = match self.value {
            Ok(_) if self.name.starts_with("may-") => "accepted, or rejected, wrong signature".to_string(),
            Ok(_) => "accepted".to_string(),
            Err(reason) => format!("rejected, {reason}"),
        };
        let mut out = format!("about: {}\ntopic: {}\nqos: {}\n", self.about, self.topic, self.qos);
        out += &format!("expect: {expect}\n");
        if let Some(says) = self.says() {
            out += &format!("says: {}\n", diagnostic(&says));
        }
        out += format!("payload: {}", hex(&self.payload)).trim_end();
        out + "\n"
    }

    /// The message inside the seal, where there is one.
    fn says(&self) -> Option<Cbor> {
        let outer: Cbor = coset::cbor::de::from_reader(&self.payload[..]).ok()?;
        match outer {
            Cbor::Array(items) => coset::cbor::de::from_reader(&items.get(2)?.as_bytes()?[..]).ok(),
            chunk => Some(chunk),
        }
    }
}

/// The bytes of the `payload` line.
pub fn payload(text: &str) -> Vec<u8> {
    let digits = text.lines().find_map(|line| line.strip_prefix("payload:")).unwrap().trim();
    let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 8949, section 8.
fn diagnostic(value: &Cbor) -> String {
    let list = |items: &[Cbor]| items.iter().map(diagnostic).collect::<Vec<_>>().join(", ");
    match value {
        Cbor::Integer(n) => i128::from(*n).to_string(),
        Cbor::Bytes(bytes) => format!("h'{}'", hex(bytes)),
        Cbor::Text(text) => format!("{text:?}"),
        Cbor::Array(items) => format!("[{}]", list(items)),
        Cbor::Map(entries) => {
            let pair = |(key, value): &(Cbor, Cbor)| format!("{}: {}", diagnostic(key), diagnostic(value));
            format!("{{{}}}", entries.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
        Cbor::Null => "null".into(),
        Cbor::Bool(flag) => flag.to_string(),
        Cbor::Tag(tag, inner) => format!("{tag}({})", diagnostic(inner)),
        Cbor::Float(number) => format!("{number:?}"),
        other => panic!("not in the protocol: {other:?}"),
    }
}
