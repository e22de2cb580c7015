//! Life events, receipts and service operations on NATS.
