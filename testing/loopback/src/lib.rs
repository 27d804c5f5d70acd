//! A loopback HTTP server for tests: latency, faults before and after the effect, a request log.
