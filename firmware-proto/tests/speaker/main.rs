//! The behaviour of [`firmware_proto::speaker::Speaker`], seen from outside through a shell in
//! memory ([`world`]): outputs are carried out at once, time jumps to the next event.
#![allow(clippy::unwrap_used)]

mod agenda;
mod broadcast;
mod classes;
mod clock;
mod collisions;
mod commands;
mod damage;
mod editions;
mod fetch;
mod limits;
mod occurrence;
mod parties;
mod restart;
mod rules;
mod storage;
mod world;
