//! Where numbers lead: extensions, blocks, single numbers, hubs, and nothing.

use std::collections::BTreeMap;

use conclave_model::{
    Chance, E164, Extension, Hub, MappedNumber, NumberBlock, NumberTarget, NumberingRecord, RoomId,
    UnixMillis,
};
use conclave_numbers::{
    Book, Codes, Directory, End, Inward, Nothing, Outside, Reserved, Side, Step,
};

#[derive(Default)]
struct House {
    rooms: BTreeMap<String, RoomId>,
}

impl House {
    fn with(extensions: &[&str]) -> Self {
        let mut chance = Chance::from_seed([3; 32]);
        let rooms = extensions.iter().map(|extension| {
            let id = RoomId::mint(UnixMillis(1), &mut chance);
            ((*extension).to_owned(), id)
        });
        Self {
            rooms: rooms.collect(),
        }
    }
}

impl Directory for House {
    fn room(&self, extension: &str) -> Option<RoomId> {
        self.rooms.get(extension).copied()
    }

    fn name(&self, room: RoomId) -> Option<(String, String)> {
        let mut rooms = self.rooms.iter();
        let (extension, _) = rooms.find(|(_, id)| **id == room)?;
        Some((extension.clone(), format!("Room {extension}")))
    }

    fn service(&self, extension: &str) -> Option<Extension> {
        (extension == "899").then(|| extension.parse().expect("an extension"))
    }
}

fn block(prefix: &str, first: &str, last: &str) -> NumberingRecord {
    NumberingRecord::Block(NumberBlock::read(prefix, first, last, UnixMillis(0)).expect("a block"))
}

fn number(text: &str) -> E164 {
    text.parse().expect("a number")
}

fn germany() -> NumberingRecord {
    NumberingRecord::Country("DE".parse().expect("a country"))
}

fn mapped(text: &str, target: NumberTarget) -> NumberingRecord {
    NumberingRecord::Mapped(MappedNumber {
        number: number(text),
        target,
        created_at: UnixMillis(0),
    })
}

fn hub(text: &str) -> NumberingRecord {
    NumberingRecord::Hub(Hub {
        number: number(text),
        language: None,
        created_at: UnixMillis(0),
    })
}

#[test]
fn a_number_of_a_block_leads_to_the_room_however_a_carrier_writes_it() {
    let house = House::with(&["801"]);
    let book = Book::new(vec![germany(), block("+49 991 29691", "0", "999")]);
    let room = house.rooms["801"];
    for dialled in [
        "+4999129691801",
        "004999129691801",
        "4999129691801",
        "099129691801",
        "99129691801",
        "+49 (0) 991 29691-801",
        "801",
    ] {
        for side in [Side::Inside, Side::Outside] {
            let route = book.follow(dialled, side, &house);
            assert_eq!(route.end, End::Room(room), "{dialled} {:?}", route.steps);
        }
    }
}

#[test]
fn an_internal_room_does_not_exist_outside_and_the_house_dials_it_as_ever() {
    let house = House::with(&["8000", "801"]);
    let book = Book::new(vec![germany(), block("+49 991 29691", "0", "999")]);
    let inside = book.follow("8000", Side::Inside, &house);
    assert_eq!(inside.end, End::Room(house.rooms["8000"]));
    for dialled in ["8000", "+49991296918000", "099129691800 0"] {
        let route = book.follow(dialled, Side::Outside, &house);
        assert!(matches!(route.end, End::Nothing(_)), "{:?}", route.steps);
    }
    let words: Vec<String> = book
        .follow("8000", Side::Outside, &house)
        .steps
        .iter()
        .map(Step::to_string)
        .collect();
    assert_eq!(
        words,
        [
            "Somebody outside dials 8000.",
            "The room \"Room 8000\" under 8000 is internal only: 8000 has 4 digits, the block \
             +49 991 29691 ends at 999. From outside it does not exist."
        ]
    );
}

#[test]
fn a_room_says_its_number_or_why_it_has_none_and_what_to_do() {
    let house = House::with(&["800", "50"]);
    let (far, near) = (house.rooms["800"], house.rooms["50"]);
    let book = Book::new(vec![block("+49 991 29691", "0", "99")]);
    let Outside::Reachable(numbers) = book.outside(near, "50") else {
        panic!("50 is in the block");
    };
    assert_eq!(
        numbers,
        [(number("+499912969150"), "+49 991 29691-50".to_owned())]
    );
    let Outside::Internal(why) = book.outside(far, "800") else {
        panic!("800 is not in the block");
    };
    assert_eq!(
        why.to_string(),
        "800 has 3 digits, the block +49 991 29691 ends at 99"
    );
    assert!(why.remedy().contains("from 0 to 99"), "{}", why.remedy());
    assert_eq!(
        Book::default().outside(far, "800"),
        Outside::Internal(Inward::NoBlocks)
    );
    let narrow = Book::new(vec![block("+49 991 29691", "100", "199")]);
    let Outside::Internal(why) = narrow.outside(far, "800") else {
        panic!("800 is not in the block");
    };
    assert_eq!(
        why.to_string(),
        "800 is not in the block +49 991 29691 from 100 to 199"
    );
}

#[test]
fn a_single_number_goes_before_its_block_and_a_hub_asks_for_a_code() {
    let house = House::with(&["801", "802"]);
    let target = NumberTarget::Room(house.rooms["802"]);
    let book = Book::new(vec![
        germany(),
        block("+49 991 29691", "0", "999"),
        mapped("+49 991 29691 801", target),
        hub("+49 991 29691 0"),
        mapped(
            "+49 30 1234567",
            NumberTarget::Service("899".parse().unwrap()),
        ),
    ]);
    let end = |dialled| book.follow(dialled, Side::Outside, &house).end;
    assert_eq!(end("+4999129691801"), End::Room(house.rooms["802"]));
    assert_eq!(end("+49991296910"), End::Hub(number("+49991296910")));
    assert_eq!(end("0301234567"), End::Service("899".parse().unwrap()));
    let outside = book.outside(house.rooms["801"], "801");
    assert!(
        matches!(outside, Outside::Internal(Inward::Taken { .. })),
        "{outside:?}"
    );
    let gone = House::with(&[]);
    let route = book.follow("+4999129691801", Side::Outside, &gone);
    assert_eq!(route.end, End::Nothing(Nothing::Gone));
}

#[test]
fn what_leads_nowhere_says_why() {
    let house = House::with(&["801"]);
    let book = Book::new(vec![germany(), block("+49 991 29691", "0", "999")]);
    for (dialled, why) in [
        ("", Nothing::NoNumber),
        ("stand-up", Nothing::NoNumber),
        ("110", Nothing::Reserved(Reserved::Emergency)),
        ("112", Nothing::Reserved(Reserved::Emergency)),
        ("0", Nothing::Reserved(Reserved::LeadingZero)),
        ("5", Nothing::Reserved(Reserved::OneDigit)),
        ("+4999129691555", Nothing::NobodyThere),
        ("+33123456789", Nothing::NotOurs),
    ] {
        for side in [Side::Inside, Side::Outside] {
            let end = book.follow(dialled, side, &house).end;
            assert_eq!(end, End::Nothing(why.clone()), "{dialled}");
        }
    }
}

#[test]
fn what_stands_in_the_way_of_a_record_is_named() {
    let book = Book::new(vec![
        block("+49 991 29691", "0", "999"),
        hub("+49 30 1234567"),
        mapped(
            "+49 30 7654321",
            NumberTarget::Service("899".parse().unwrap()),
        ),
    ]);
    for (record, field) in [
        (block("+4999129691", "500", "1500"), "prefix"),
        (NumberingRecord::Country("QQ".parse().unwrap()), "country"),
        (hub("+49 30 7654321"), "number"),
        (
            mapped(
                "+49 30 1234567",
                NumberTarget::Service("899".parse().unwrap()),
            ),
            "number",
        ),
    ] {
        assert_eq!(book.check(&record).unwrap_err().field, field);
    }
    assert_eq!(book.check(&block("+49 991 29691", "0", "999")), Ok(()));
}

#[test]
fn no_two_rooms_have_the_same_code_and_a_code_is_kept() {
    let mut chance = Chance::from_seed([9; 32]);
    let mut codes = Codes::default();
    let rooms: Vec<RoomId> = (0..500)
        .map(|at| RoomId::mint(UnixMillis(at), &mut chance))
        .collect();
    for room in &rooms {
        let code = codes.give(*room, &mut chance).expect("it has none yet");
        assert_eq!(codes.room(&code), Some(*room));
        assert_eq!(codes.give(*room, &mut chance), None);
    }
    let code = codes.of(rooms[0]).cloned().unwrap();
    codes.forget(rooms[0]);
    assert_eq!(codes.room(&code), None);
}
