//! What clusters say and are told: messages from below, presence, commands to below, deadlines, health.

mod admission;
mod diagnosis;
pub mod dispatch;
pub mod health;
pub mod presence;
mod tracker;
