//! The load tool: N calls over R rooms, what each leg heard and what it cost.
