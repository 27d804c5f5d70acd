//! The Actions runner's protocol: inputs, event, outputs, annotations, masks, summary and the shared main.
