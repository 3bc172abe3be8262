//! The candle backend: BERT encoders from Hugging Face folders.
