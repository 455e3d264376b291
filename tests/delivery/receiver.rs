//! A receiver of webhooks on this machine: answers as it is told to, and remembers every request.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use veedor::delivery::signature::Secret;

/// What to answer to one request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// This status, with these further header lines.
    Status(u16, &'static str),
    /// The status 200, and then far more than anybody wants to read.
    Endless,
    /// Nothing, for as long as the receiver lives.
    Silence,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) line: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn message_id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub(crate) fn is_signed_with(&self, secret: &Secret) -> bool {
        let timestamp_s = self.headers["webhook-timestamp"].parse().unwrap();
        self.headers["webhook-signature"] == secret.sign(self.message_id(), timestamp_s, &self.body)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The receiver; it ends when dropped.
pub(crate) struct Receiver {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    is_over: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl Receiver {
    /// Listens, and answers request number `n` (from 0) with `answer(n)`.
    pub(crate) fn new(answer: impl Fn(usize) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let is_over = Arc::new(AtomicBool::new(false));
        let (requests, over) = (Arc::clone(&received), Arc::clone(&is_over));
        let listening = std::thread::spawn(move || {
            // Connections that are never answered stay open until the end.
            let mut silent = Vec::new();
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                let mut stream = stream.unwrap();
                let Some(request) = read(&stream) else {
                    continue;
                };
                let number = {
                    let mut requests = requests.lock().unwrap();
                    requests.push(request);
                    requests.len() - 1
                };
                match answer(number) {
                    Answer::Status(status, headers) => {
                        let _ = write!(
                            stream,
                            "HTTP/1.1 {status} -\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n"
                        );
                    }
                    Answer::Endless => {
                        let _ = write!(stream, "HTTP/1.1 200 -\r\nconnection: close\r\n\r\n");
                        while stream.write_all(&[b' '; 4096]).is_ok() {}
                    }
                    Answer::Silence => silent.push(stream),
                }
            }
        });
        Self {
            address,
            received,
            is_over,
            listening: Some(listening),
        }
    }

    /// Answers 200 to everything.
    pub(crate) fn willing() -> Self {
        Self::new(|_| Answer::Status(200, ""))
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

fn read(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let headers: BTreeMap<_, _> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    reader.read_exact(&mut body).ok()?;
    Some(Received {
        line: lines.swap_remove(0),
        headers,
        body,
    })
}
