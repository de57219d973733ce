//! The brain: dispatch, deliveries, tracking and health, without IO.
