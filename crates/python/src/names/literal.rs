use ruff_python_ast::{
    Expr, ExprFString, FStringPart, InterpolatedStringElement, Operator, StringFlags, StringLiteral,
};
use ruff_text_size::Ranged as _;

/// The constant text that a string expression begins with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Leading {
    /// Where the text of its first literal begins, after prefix and quotes: what is inserted here comes first
    /// in the value, whatever escapes and concatenations follow.
    pub(crate) start: u32,
    /// The text, its escapes resolved.
    pub(crate) text: String,
    /// Whether the text is the whole value.
    pub(crate) whole: bool,
}

impl Leading {
    /// Reads a literal, implicit concatenations and all, or the beginning of an f-string, of `"a." + b`,
    /// `"a.%s" % b` and `"a.{}".format(b)`.
    pub(crate) fn of(expr: &Expr) -> Option<Self> {
        match expr {
            Expr::StringLiteral(literal) => {
                let parts = literal.value.as_slice();
                let text = parts.iter().map(|part| &*part.value).collect();
                Some(Self { start: content_start(parts.first()?), text, whole: true })
            }
            Expr::FString(formatted) => Self::of_f_string(formatted),
            Expr::BinOp(sum) if sum.op == Operator::Add => Some(Self::of(&sum.left)?.open()),
            Expr::BinOp(format) if format.op == Operator::Mod => Some(Self::of(&format.left)?.until('%')),
            Expr::Call(call) => {
                let method =
                    call.func.as_attribute_expr().filter(|method| method.attr.as_str() == "format")?;
                Some(Self::of(&method.value)?.until('{'))
            }
            _ => None,
        }
    }

    fn of_f_string(formatted: &ExprFString) -> Option<Self> {
        let start = match formatted.value.as_slice().first()? {
            FStringPart::Literal(literal) => content_start(literal),
            FStringPart::FString(part) => (part.start() + part.flags.opener_len()).into(),
        };
        let mut text = String::new();
        for part in &formatted.value {
            match part {
                FStringPart::Literal(literal) => text.push_str(&literal.value),
                FStringPart::FString(part) => {
                    for element in &part.elements {
                        let InterpolatedStringElement::Literal(literal) = element else {
                            return Some(Self { start, text, whole: false });
                        };
                        text.push_str(&literal.value);
                    }
                }
            }
        }
        Some(Self { start, text, whole: true })
    }

    fn open(self) -> Self {
        Self { whole: false, ..self }
    }

    /// The text before the first place that formatting may change.
    fn until(mut self, placeholder: char) -> Self {
        if let Some(end) = self.text.find(placeholder) {
            self.text.truncate(end);
        }
        self.open()
    }

    /// The top-level module that a dotted name, or `module:attribute`, certainly begins with.
    pub(crate) fn top_level(&self) -> Option<&str> {
        match self.text.find(['.', ':']) {
            Some(end) => Some(&self.text[..end]),
            None => self.whole.then_some(&self.text),
        }
    }
}

fn content_start(literal: &StringLiteral) -> u32 {
    (literal.start() + literal.flags.opener_len()).into()
}
