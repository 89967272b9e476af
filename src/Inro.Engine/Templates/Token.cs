namespace Inro.Engine.Templates;

internal enum TokenKind
{
    Text,
    Open,
    Close,
    Field,
    Dot,
    Variable,
    Word,
    String,
    Number,
    Pipe,
    LeftParen,
    RightParen,
    Declare,
    Assign,
    Comma,
    End,
}

/// <summary>One piece of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its value: a field without its dot, a string without quotes and escapes.</param>
/// <param name="Offset">Where it starts, in characters.</param>
/// <param name="FollowsSpace">True if white space stands before it, which ends a chain of fields.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Offset, bool FollowsSpace);
