//! The simple commands of shell text.
