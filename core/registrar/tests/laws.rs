//! The registrar against a second one that was written from the RFCs without looking at it.

mod common;

use common::{Bench, register};
use conclave_model::limits;
use conclave_sip::{ConnId, Contact, Contacts, Transport};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Register(Order),
    Wait(u64),
    Close(u64),
    Restart,
}

#[derive(Clone, Debug)]
struct Order {
    call: u8,
    sequence: u32,
    /// 0: UDP; 1 and 2: TCP; 3: a browser.
    way: u64,
    outbound: bool,
    /// `None`: `*`.
    contacts: Option<Vec<Place>>,
}

/// Which URI, `reg-id`, and for how long.
type Place = (u8, Option<u32>, Option<u32>);

/// One line of the plain table.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    uri: u8,
    reg_id: Option<u32>,
    call: u8,
    sequence: u32,
    way: u64,
    until_s: u64,
}

#[derive(Default)]
struct Table {
    now_s: u64,
    lines: Vec<Line>,
}

impl Table {
    fn order(&mut self, order: &Order) -> bool {
        let late = |line: &Line| line.call == order.call && order.sequence <= line.sequence;
        let Some(contacts) = &order.contacts else {
            if self.lines.iter().any(late) {
                return false;
            }
            self.lines.clear();
            return true;
        };
        let mut new = self.lines.clone();
        let mut kept_flows = 0;
        let mut kept = 0;
        for (uri, reg_id, expires) in contacts {
            let reg_id = reg_id.filter(|_| order.outbound);
            let same = |line: &&Line| match reg_id {
                Some(id) => line.reg_id == Some(id),
                None => line.reg_id.is_none() && line.uri == *uri,
            };
            if self.lines.iter().filter(same).any(late) {
                return false;
            }
            let expires = expires.unwrap_or(3_600);
            if (1..60).contains(&expires) {
                return false;
            }
            kept += u32::from(expires > 0);
            kept_flows += u32::from(reg_id.is_some());
            new.retain(|line| !same(&line));
            if expires > 0 {
                new.push(Line {
                    uri: *uri,
                    reg_id,
                    call: order.call,
                    sequence: order.sequence,
                    way: order.way,
                    until_s: self.now_s + u64::from(expires.min(7_200)),
                });
            }
        }
        if kept_flows > 0 && kept > 1 {
            return false;
        }
        while new.len() > limits::PHONE_BINDINGS {
            new.remove(0);
        }
        self.lines = new;
        true
    }

    fn expire(&mut self) {
        let now_s = self.now_s;
        self.lines.retain(|line| line.until_s > now_s);
    }

    /// Whether a line is lost with its stream.
    fn hangs(line: &Line) -> bool {
        line.way == 3 || (line.reg_id.is_some() && line.way > 0)
    }
}

fn uri(number: u8) -> String {
    format!("sip:anna@192.0.2.7:{}", 5_000 + u16::from(number))
}

fn real(order: &Order) -> common::Sent {
    let contact = |(number, reg_id, expires_s): &Place| Contact {
        uri: uri(*number),
        expires_s: *expires_s,
        instance: reg_id.map(|_| "<urn:1>".to_owned()),
        reg_id: *reg_id,
    };
    let contacts = match &order.contacts {
        None => Contacts::All,
        Some(all) => Contacts::These(all.iter().map(contact).collect()),
    };
    let mut sent = register(&format!("call-{}", order.call), order.sequence, contacts);
    sent.register.supports_outbound = order.outbound;
    match order.way {
        0 => sent,
        3 => sent.over(Transport::Ws, 3),
        way => sent.over(Transport::Tcp, way),
    }
}

fn orders() -> impl Strategy<Value = Order> {
    let expires = prop_oneof![
        Just(None),
        Just(Some(0)),
        Just(Some(59)),
        Just(Some(60)),
        Just(Some(9_999))
    ];
    let contact = (0..14_u8, prop::option::weighted(0.3, 1..3_u32), expires);
    let contacts = prop::collection::vec(contact, 1..4);
    let fields = (
        0..3_u8,
        0..12_u32,
        0..4_u64,
        any::<bool>(),
        prop::option::weighted(0.95, contacts),
    );
    fields.prop_map(|(call, sequence, way, outbound, contacts)| Order {
        call,
        sequence,
        way,
        outbound,
        contacts,
    })
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => orders().prop_map(Step::Register),
        2 => prop_oneof![Just(1), Just(60), Just(3_600)].prop_map(Step::Wait),
        1 => (1..4_u64).prop_map(Step::Close),
        1 => Just(Step::Restart),
    ]
}

proptest! {
    #[test]
    fn the_registrar_holds_what_the_plain_table_holds(
        steps in prop::collection::vec(steps(), 1..60),
    ) {
        let mut bench = Bench::new();
        let mut table = Table::default();
        for step in steps {
            match &step {
                Step::Register(order) => {
                    let taken = bench.send(&real(order)).is_ok();
                    prop_assert_eq!(taken, table.order(order), "{:?}", step);
                }
                Step::Wait(seconds) => {
                    bench.wait(*seconds);
                    table.now_s += seconds;
                    table.expire();
                }
                Step::Close(conn) => {
                    bench.registrar.stream_closed(ConnId(*conn));
                    table.lines.retain(|line| line.way != *conn || !Table::hangs(line));
                    for line in &mut table.lines {
                        // It has no stream any more that could end.
                        line.way = if line.way == *conn { 0 } else { line.way };
                    }
                }
                Step::Restart => {
                    bench.restart();
                    table.lines.retain(|line| !Table::hangs(line));
                    for line in &mut table.lines {
                        line.way = 0;
                    }
                }
            }
            let held: Vec<_> = bench
                .registrar
                .bindings(bench.phone)
                .iter()
                .map(|one| (one.contact.clone(), one.left_s(bench.now), one.sequence))
                .collect();
            let wanted: Vec<_> = table
                .lines
                .iter()
                .map(|line| (uri(line.uri), line.until_s - table.now_s, line.sequence))
                .collect();
            prop_assert_eq!(held, wanted, "{:?}", step);
            let first = table.lines.iter().map(|line| line.until_s).min();
            let due = bench.registrar.poll_timeout();
            let due = due.map(|(at, _)| at.duration_since(bench.start).as_secs());
            prop_assert_eq!(due, first);
        }
    }
}
