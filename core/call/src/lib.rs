//! One caller from INVITE to BYE, whatever door they came through; cannot see another caller.
