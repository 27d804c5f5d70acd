//! One HTTP client for everything: retries, redirects, proxies, trust roots and errors that name what failed.
