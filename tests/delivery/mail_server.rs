//! A mail server on this machine: takes letters, or refuses them as it is told to.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use veedor::delivery::mail::{Mail, MailSecurity, MailSettings};

/// How it treats letter number `n`, from 0.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Treatment {
    /// Takes it.
    Take,
    /// Answers to the recipient with this line.
    Refuse(&'static str),
    /// Greets and then says nothing more.
    Silence,
}

/// One letter that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) to: String,
    pub(crate) message: String,
}

/// The server; it ends when dropped.
pub(crate) struct MailServer {
    address: SocketAddr,
    taken: Arc<Mutex<Vec<Taken>>>,
    said: Arc<Mutex<Vec<String>>>,
    is_over: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl MailServer {
    pub(crate) fn new(treatment: impl Fn(usize) -> Treatment + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (taken, said) = (Arc::new(Mutex::new(Vec::new())), Arc::default());
        let is_over = Arc::new(AtomicBool::new(false));
        let (letters, lines, over) = (Arc::clone(&taken), Arc::clone(&said), Arc::clone(&is_over));
        let listening = std::thread::spawn(move || {
            let mut silent = Vec::new();
            for (number, stream) in listener.incoming().enumerate() {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                let stream = stream.unwrap();
                match treatment(number) {
                    Treatment::Silence => silent.push(stream),
                    Treatment::Take => converse(&stream, None, &letters, &lines),
                    Treatment::Refuse(line) => converse(&stream, Some(line), &letters, &lines),
                }
            }
        });
        Self {
            address,
            taken,
            said,
            is_over,
            listening: Some(listening),
        }
    }

    /// A sender that hands its letters to this server.
    pub(crate) fn sender(&self, security: MailSecurity) -> Mail {
        Mail::new(&MailSettings {
            host: "127.0.0.1".to_owned(),
            port: self.address.port(),
            security,
            credentials: None,
            from: "Veedor <veedor@example.org>".to_owned(),
            step_ms: 500,
        })
        .unwrap()
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// Every line that clients said, letters left out.
    pub(crate) fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

fn converse(
    stream: &TcpStream,
    refusal: Option<&str>,
    letters: &Mutex<Vec<Taken>>,
    said: &Mutex<Vec<String>>,
) {
    let mut writer = stream;
    let mut say = |line: &str| {
        let _ = write!(writer, "{line}\r\n");
    };
    say("220 mail.example.org");
    let (mut to, mut message) = (String::new(), None::<String>);
    for line in BufReader::new(stream).lines() {
        let Ok(line) = line else { return };
        if let Some(mut text) = message.take() {
            if line == "." {
                letters.lock().unwrap().push(Taken {
                    to: to.clone(),
                    message: text,
                });
                say("250 taken");
            } else {
                text.push_str(&line);
                text.push('\n');
                message = Some(text);
            }
            continue;
        }
        said.lock().unwrap().push(line.clone());
        let verb = line.split([' ', ':']).next().unwrap_or_default();
        match verb.to_uppercase().as_str() {
            "RCPT" => {
                line.trim_start_matches("RCPT TO:").clone_into(&mut to);
                say(refusal.unwrap_or("250 ok"));
            }
            "DATA" => {
                message = Some(String::new());
                say("354 go on");
            }
            "QUIT" => {
                say("221 bye");
                return;
            }
            _ => say("250 ok"),
        }
    }
}
