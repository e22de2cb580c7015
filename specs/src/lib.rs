//! Zero-glue Gherkin over the real engine, on virtual time.
