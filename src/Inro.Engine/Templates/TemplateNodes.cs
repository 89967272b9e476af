namespace Inro.Engine.Templates;

/// <summary>A piece of a parsed template that writes output.</summary>
internal abstract record Node(int Offset);

/// <summary>Text as it stands.</summary>
internal sealed record TextNode(string Text, int Offset) : Node(Offset);

/// <summary>A pipeline in braces; prints its value unless it only sets a variable.</summary>
internal sealed record ActionNode(Pipeline Pipeline, int Offset) : Node(Offset);

internal enum BlockKind
{
    If,
    With,
    Range,
}

/// <summary><c>if</c>, <c>with</c> or <c>range</c>, with its <c>else</c>.</summary>
internal sealed record BlockNode(BlockKind Kind, Pipeline Pipeline, IReadOnlyList<Node> Body, IReadOnlyList<Node> Otherwise, int Offset) : Node(Offset);

/// <summary><c>break</c> or <c>continue</c>.</summary>
internal sealed record JumpNode(bool Ends, int Offset) : Node(Offset);

/// <summary>Commands that hand their value on, and the variables that take it.</summary>
internal sealed record Pipeline(IReadOnlyList<string> Variables, bool Declares, IReadOnlyList<Command> Commands, int Offset);

/// <summary>An operand, or a function with its arguments.</summary>
internal sealed record Command(IReadOnlyList<Operand> Operands, int Offset);

/// <summary>What a command is made of: where it starts, and the fields then followed.</summary>
internal abstract record Operand(IReadOnlyList<string> Fields, int Offset);

internal sealed record DotOperand(IReadOnlyList<string> Fields, int Offset) : Operand(Fields, Offset);

internal sealed record VariableOperand(string Name, IReadOnlyList<string> Fields, int Offset) : Operand(Fields, Offset);

internal sealed record LiteralOperand(object? Value, int Offset) : Operand([], Offset);

internal sealed record FunctionOperand(string Name, int Offset) : Operand([], Offset);

internal sealed record NestedOperand(Pipeline Pipeline, IReadOnlyList<string> Fields, int Offset) : Operand(Fields, Offset);
