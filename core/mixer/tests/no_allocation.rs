//! Once built, a tick of the mixer allocates nothing.

use conclave_mixer::{Ducker, Limiter, Mix, Slot, TalkerSelect};

#[test]
fn a_tick_of_a_full_stage_allocates_nothing() {
    let mut select = TalkerSelect::new();
    let mut mix = Mix::new(960);
    let mut limiters = vec![Limiter::new(48_000); 9];
    let mut ducker = Ducker::new();
    let mut heard = [0.0; 960];
    let work = || {
        for tick in 0..100_u32 {
            select.begin();
            for slot in 0..200 {
                let dbov = -60.0 + ((slot * 7 + tick) % 40) as f32;
                select.heard(Slot(slot), dbov, dbov > -50.0);
            }
            mix.clear();
            for slot in select.choose() {
                let buffer = mix.talker(*slot).expect("no more than there is room for");
                buffer.fill(0.5);
            }
            mix.all(&mut heard);
            ducker.process(&mut heard, tick % 3 == 0);
            limiters[8].process(&mut heard);
            for index in 0..mix.slots().len() {
                mix.all_but(mix.slots()[index], &mut heard);
                let (private, shared) = limiters.split_at_mut(8);
                private[index].continue_from(&shared[0]);
                private[index].process(&mut heard);
            }
            select.forget(Slot(tick));
        }
    };
    assert_eq!(allocation_counter::measure(work).count_total, 0);
}
