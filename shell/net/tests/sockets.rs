//! Datagrams and streams over real loopback sockets, both ways.

use std::net::SocketAddr;
use std::time::Duration;

use conclave_net::{Arrival, Bind, Net};
use conclave_sip::{Path, Transmit, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::mpsc::Receiver;

#[tokio::test]
async fn a_datagram_comes_in_with_its_path_and_is_answered_from_the_same_port() {
    let (net, mut brain) = bind(Transport::Udp, "0.0.0.0:0").await;
    let port = net.bound()[0].address.port();
    let phone = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    phone.send_to(b"hello", ("127.0.0.1", port)).await.unwrap();

    let Arrival::Datagram { path, bytes } = next(&mut brain).await else {
        panic!("a datagram")
    };
    assert_eq!(bytes, b"hello");
    assert_eq!(
        path.local,
        SocketAddr::from(([127, 0, 0, 1], port)),
        "never the wildcard"
    );
    assert_eq!(path.remote, phone.local_addr().unwrap());

    net.send(Transmit {
        path,
        bytes: b"answer".to_vec(),
    });
    let mut buffer = [0; 64];
    let (length, from) = phone.recv_from(&mut buffer).await.unwrap();
    assert_eq!((&buffer[..length], from.port()), (&b"answer"[..], port));
}

#[tokio::test]
async fn a_stream_carries_both_ways_and_its_end_is_told() {
    let (net, mut brain) = bind(Transport::Tcp, "127.0.0.1:0").await;
    let mut phone = TcpStream::connect(net.bound()[0].address).await.unwrap();
    let Arrival::StreamOpened { conn, path } = next(&mut brain).await else {
        panic!("an opening")
    };
    assert_eq!(path.conn, Some(conn));

    phone.write_all(b"OPTIONS").await.unwrap();
    let Arrival::Stream { bytes, .. } = next(&mut brain).await else {
        panic!("bytes")
    };
    assert_eq!(bytes, b"OPTIONS");

    net.send(Transmit {
        path,
        bytes: b"200".to_vec(),
    });
    let mut answer = [0; 3];
    phone.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"200");

    drop(phone);
    assert!(
        matches!(next(&mut brain).await, Arrival::StreamClosed { conn: closed } if closed == conn)
    );
}

#[tokio::test]
async fn a_path_without_a_stream_opens_one() {
    let (net, mut brain) = bind(Transport::Tcp, "127.0.0.1:0").await;
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let path = Path {
        transport: Transport::Tcp,
        local: net.bound()[0].address,
        remote: peer.local_addr().unwrap(),
        conn: None,
    };
    net.send(Transmit {
        path,
        bytes: b"INVITE".to_vec(),
    });
    let (mut accepted, _) = peer.accept().await.unwrap();
    let mut bytes = [0; 6];
    accepted.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"INVITE");
    assert!(matches!(
        next(&mut brain).await,
        Arrival::StreamOpened { .. }
    ));
}

#[tokio::test]
async fn a_peer_that_refuses_the_connection_is_told() {
    let (net, mut brain) = bind(Transport::Tcp, "127.0.0.1:0").await;
    let nobody = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let local = net.bound()[0].address;
    let path = Path {
        transport: Transport::Tcp,
        local,
        remote: nobody,
        conn: None,
    };
    net.send(Transmit {
        path,
        bytes: b"INVITE".to_vec(),
    });
    let Arrival::ConnectFailed { path: failed } = next(&mut brain).await else {
        panic!("failed")
    };
    assert_eq!(failed, path);
}

#[tokio::test]
async fn closing_a_stream_from_our_side_is_seen_by_the_peer() {
    let (net, mut brain) = bind(Transport::Tcp, "127.0.0.1:0").await;
    let mut phone = TcpStream::connect(net.bound()[0].address).await.unwrap();
    let Arrival::StreamOpened { conn, .. } = next(&mut brain).await else {
        panic!("an opening")
    };
    net.close(conn);
    assert_eq!(phone.read(&mut [0; 8]).await.unwrap(), 0);
}

#[tokio::test]
async fn an_address_that_is_taken_is_named_in_the_error() {
    let (net, _brain) = bind(Transport::Udp, "127.0.0.1:0").await;
    let taken = net.bound()[0].address;
    let again = Bind {
        transport: Transport::Udp,
        address: taken,
    };
    let Err(error) = Net::bind(&[again]).await else {
        panic!("the port is taken")
    };
    assert!(
        error.to_string().contains(&format!("udp:{taken}")),
        "{error}"
    );
}

async fn bind(transport: Transport, address: &str) -> (Net, Receiver<Arrival>) {
    let address = address.parse().expect("an address");
    Net::bind(&[Bind { transport, address }])
        .await
        .expect("a free port")
}

async fn next(brain: &mut Receiver<Arrival>) -> Arrival {
    let arrival = tokio::time::timeout(Duration::from_secs(5), brain.recv()).await;
    arrival
        .expect("something arrives within five seconds")
        .expect("the sockets are open")
}
