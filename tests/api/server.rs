//! Listening: requests in flight finish when the end is asked for.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};
use veedor::api::{self, AppState};

use super::TestApp;

#[tokio::test]
async fn a_connection_is_answered_and_ends_with_the_server() {
    let app = TestApp::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(api::serve(
        listener,
        AppState::new(app.store.clone()),
        async {
            stopped.await.unwrap();
        },
    ));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET /api/v1/readyz HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    let mut seen = String::new();
    while !seen.contains("\"assessment\":\"first\"") {
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk).await.unwrap();
        assert!(read > 0, "{seen}");
        seen += &String::from_utf8_lossy(&chunk[..read]);
    }
    assert!(seen.starts_with("HTTP/1.1 200 OK"), "{seen}");
    stop.send(()).unwrap();
    server.await.unwrap();
    assert_eq!(
        stream.read(&mut [0; 16]).await.unwrap(),
        0,
        "the idle connection was closed"
    );
    assert!(
        TcpStream::connect(address).await.is_err(),
        "nobody listens any more"
    );
}
