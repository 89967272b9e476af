using System.Globalization;

namespace Inro.Engine.Templates;

/// <summary>Builds the tree of a template from its tokens.</summary>
internal sealed class TemplateParser(List<Token> tokens)
{
    /// <summary>How deep blocks and parentheses may nest together.</summary>
    public const int MaxDepth = 64;

    private int at;
    private int depth;
    private int loops;
    private string stopWord = "";

    private Token Current => tokens[at];

    public static IReadOnlyList<Node> Parse(string source)
    {
        TemplateParser parser = new(TemplateLexer.Read(source));
        List<Node> nodes = parser.Nodes();
        return parser.stopWord.Length == 0 ? nodes : throw TemplateException.At(parser.Current.Offset, $"unexpected {{{{{parser.stopWord}}}}}");
    }

    /// <summary>Reads until the end, or until <c>else</c> or <c>end</c>, which is left in <see cref="stopWord"/>.</summary>
    private List<Node> Nodes()
    {
        List<Node> nodes = [];
        stopWord = "";
        while (Current.Kind != TokenKind.End)
        {
            Token token = Take();
            if (token.Kind == TokenKind.Text)
            {
                nodes.Add(new TextNode(token.Text, token.Offset));
                continue;
            }

            if (Current is { Kind: TokenKind.Word, Text: "end" or "else" })
            {
                stopWord = Take().Text;
                return nodes;
            }

            nodes.Add(Action(token.Offset));
        }

        return nodes;
    }

    private Node Action(int offset)
    {
        if (Current.Kind == TokenKind.Word)
        {
            switch (Current.Text)
            {
                case "if": return Block(BlockKind.If, offset);
                case "with": return Block(BlockKind.With, offset);
                case "range": return Block(BlockKind.Range, offset);
                case "break" or "continue":
                    if (loops == 0) { throw TemplateException.At(offset, $"{{{{{Current.Text}}}}} outside {{{{range}}}}"); }

                    bool ends = Take().Text == "break";
                    Expect(TokenKind.Close);
                    return new JumpNode(ends, offset);
                case "define" or "template" or "block":
                    throw TemplateException.At(offset, $"{{{{{Current.Text}}}}} is not supported: a format is one template");
            }
        }

        Pipeline pipeline = ReadPipeline(isRange: false);
        Expect(TokenKind.Close);
        return new ActionNode(pipeline, offset);
    }

    private BlockNode Block(BlockKind kind, int offset)
    {
        Take();
        return BlockBody(kind, offset);
    }

    private BlockNode BlockBody(BlockKind kind, int offset)
    {
        Deeper(offset);
        Pipeline pipeline = ReadPipeline(kind == BlockKind.Range);
        Expect(TokenKind.Close);
        loops += kind == BlockKind.Range ? 1 : 0;
        List<Node> body = Nodes();
        loops -= kind == BlockKind.Range ? 1 : 0;
        List<Node> otherwise = [];
        if (stopWord == "else" && Current.Kind == TokenKind.Word && Current.Text is "if" or "with")
        {
            // {{else if x}} opens a block that shares this one's {{end}}.
            otherwise = [BlockBody(Take().Text == "if" ? BlockKind.If : BlockKind.With, offset)];
        }
        else
        {
            if (stopWord == "else")
            {
                Expect(TokenKind.Close);
                otherwise = Nodes();
            }

            if (stopWord != "end") { throw TemplateException.At(offset, "unexpected EOF: {{end}} is missing"); }

            Expect(TokenKind.Close);
        }

        stopWord = "";
        depth--;
        return new BlockNode(kind, pipeline, body, otherwise, offset);
    }

    private Pipeline ReadPipeline(bool isRange)
    {
        int offset = Current.Offset;
        List<string> variables = [];
        bool declares = false;
        if (StartsDeclaration(isRange))
        {
            variables.Add(Take().Text);
            if (Current.Kind == TokenKind.Comma)
            {
                Take();
                variables.Add(Expect(TokenKind.Variable).Text);
            }

            declares = Take().Kind == TokenKind.Declare;
        }

        List<Command> commands = [ReadCommand()];
        while (Current.Kind == TokenKind.Pipe)
        {
            Take();
            commands.Add(ReadCommand());
        }

        return new Pipeline(variables, declares, commands, offset);
    }

    private bool StartsDeclaration(bool isRange) =>
        Current.Kind == TokenKind.Variable
        && (tokens[at + 1].Kind is TokenKind.Declare or TokenKind.Assign || (isRange && tokens[at + 1].Kind == TokenKind.Comma));

    private Command ReadCommand()
    {
        int offset = Current.Offset;
        List<Operand> operands = [];
        while (Current.Kind is not (TokenKind.Close or TokenKind.Pipe or TokenKind.RightParen or TokenKind.End))
        {
            operands.Add(ReadOperand());
        }

        if (operands.Count == 0) { throw TemplateException.At(offset, "missing value for command"); }

        bool isCallable = operands[0] is FunctionOperand or { Fields.Count: > 0 };
        return operands.Count == 1 || isCallable
            ? new Command(operands, offset)
            : throw TemplateException.At(operands[1].Offset, "can't give argument to non-function");
    }

    private Operand ReadOperand()
    {
        Token token = Take();
        switch (token.Kind)
        {
            case TokenKind.Dot: return new DotOperand([], token.Offset);
            case TokenKind.Field: return new DotOperand([token.Text, .. Chain()], token.Offset);
            case TokenKind.Variable: return new VariableOperand(token.Text, Chain(), token.Offset);
            case TokenKind.String: return new LiteralOperand(token.Text, token.Offset);
            case TokenKind.Number: return new LiteralOperand(Number(token), token.Offset);
            case TokenKind.Word: return Word(token);
            case TokenKind.LeftParen:
                Deeper(token.Offset);
                Pipeline pipeline = ReadPipeline(isRange: false);
                Expect(TokenKind.RightParen);
                depth--;
                return new NestedOperand(pipeline, Chain(), token.Offset);
            default: throw TemplateException.At(token.Offset, $"unexpected \"{token.Text}\" in operand");
        }
    }

    private static Operand Word(Token token) => token.Text switch
    {
        "true" => new LiteralOperand(true, token.Offset),
        "false" => new LiteralOperand(false, token.Offset),
        "nil" => new LiteralOperand(null, token.Offset),
        _ when TemplateFunctions.Exists(token.Text) => new FunctionOperand(token.Text, token.Offset),
        _ => throw TemplateException.At(token.Offset, $"function \"{token.Text}\" not defined"),
    };

    private List<string> Chain()
    {
        List<string> fields = [];
        while (Current is { Kind: TokenKind.Field, FollowsSpace: false }) { fields.Add(Take().Text); }

        return fields;
    }

    private static object Number(Token token)
    {
        const NumberStyles Real = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (long.TryParse(token.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)) { return whole; }

        bool isHexadecimal = token.Text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (isHexadecimal && long.TryParse(token.Text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out whole)) { return whole; }

        return double.TryParse(token.Text, Real, CultureInfo.InvariantCulture, out double real)
            ? real
            : throw TemplateException.At(token.Offset, $"bad number syntax: \"{token.Text}\"");
    }

    private void Deeper(int offset)
    {
        if (++depth > MaxDepth) { throw TemplateException.At(offset, $"blocks and parentheses nest deeper than {MaxDepth}"); }
    }

    private Token Take()
    {
        Token token = Current;
        if (token.Kind != TokenKind.End) { at++; }

        return token;
    }

    private Token Expect(TokenKind kind) =>
        Current.Kind == kind ? Take() : throw TemplateException.At(Current.Offset, $"unexpected \"{Current.Text}\" in action");
}
