using System.Text;
using System.Text.Json;

namespace Inro.Engine.Templates;

/// <summary>Calls a function of the template language.</summary>
internal delegate object? TemplateCall(string name, IReadOnlyList<object?> arguments, int offset);

/// <summary>Walks a parsed template with one value.</summary>
internal sealed class TemplateEvaluator(TemplateCall call)
{
    /// <summary>Longest output of one template, in characters.</summary>
    public const int MaxOutput = 16 << 20;

    private static readonly object?[] None = [];

    private StringBuilder output = new();
    private int start;
    private readonly List<(string Name, object? Value)> variables = [];

    private enum Flow
    {
        On,
        Continue,
        Break,
    }

    public string Run(IReadOnlyList<Node> nodes, object? data)
    {
        Run(nodes, data, output);
        return output.ToString();
    }

    /// <summary>The same, at the end of a text; for one value after another.</summary>
    public void Run(IReadOnlyList<Node> nodes, object? data, StringBuilder target)
    {
        output = target;
        start = target.Length;
        variables.Clear();
        variables.Add(("", data));
        Walk(nodes, data);
    }

    private Flow Walk(IReadOnlyList<Node> nodes, object? dot)
    {
        foreach (Node node in nodes)
        {
            Flow flow = Step(node, dot);
            if (flow != Flow.On) { return flow; }
        }

        return Flow.On;
    }

    private Flow Step(Node node, object? dot)
    {
        switch (node)
        {
            case TextNode text:
                Write(text.Text, text.Offset);
                return Flow.On;
            case ActionNode action:
                object? value = Evaluate(action.Pipeline, dot);
                if (action.Pipeline.Variables.Count == 0) { Write(TemplateText.Of(value, isPrinted: true), action.Offset); }

                return Flow.On;
            case JumpNode jump:
                return jump.Ends ? Flow.Break : Flow.Continue;
            default:
                return Scoped((BlockNode)node, dot);
        }
    }

    private Flow Scoped(BlockNode block, object? dot)
    {
        int mark = variables.Count;
        Flow flow = Flow.On;
        if (block.Kind == BlockKind.Range)
        {
            flow = Range(block, dot);
        }
        else
        {
            object? value = Evaluate(block.Pipeline, dot);
            bool isTrue = TemplateText.IsTrue(value);
            flow = Walk(isTrue ? block.Body : block.Otherwise, isTrue && block.Kind == BlockKind.With ? value : dot);
        }

        variables.RemoveRange(mark, variables.Count - mark);
        return flow;
    }

    private Flow Range(BlockNode block, object? dot)
    {
        // The variables of a range take each element; the pipeline itself is evaluated without setting them.
        object? source = Evaluate(block.Pipeline with { Variables = [] }, dot);
        bool isEmpty = true;
        int mark = variables.Count;
        foreach ((object? key, object? element) in TemplateText.Elements(source, block.Offset))
        {
            isEmpty = false;
            SetRangeVariables(block.Pipeline, key, element);
            Flow flow = Walk(block.Body, element);
            if (block.Pipeline.Declares) { variables.RemoveRange(mark, variables.Count - mark); }

            if (flow == Flow.Break) { break; }
        }

        return isEmpty ? Walk(block.Otherwise, dot) : Flow.On;
    }

    private void SetRangeVariables(Pipeline pipeline, object? key, object? element)
    {
        IReadOnlyList<string> names = pipeline.Variables;
        if (names.Count == 0) { return; }

        if (names.Count == 2) { Set(names[0], key, pipeline); }

        Set(names[^1], element, pipeline);
    }

    private object? Evaluate(Pipeline pipeline, object? dot)
    {
        object? value = null;
        for (int i = 0; i < pipeline.Commands.Count; i++)
        {
            value = Execute(pipeline.Commands[i], dot, hasPrevious: i > 0, previous: value);
        }

        foreach (string name in pipeline.Variables) { Set(name, value, pipeline); }

        return value;
    }

    private void Set(string name, object? value, Pipeline pipeline)
    {
        if (pipeline.Declares)
        {
            variables.Add((name, value));
            return;
        }

        variables[IndexOf(name, pipeline.Offset)] = (name, value);
    }

    private object? Execute(Command command, object? dot, bool hasPrevious, object? previous)
    {
        Operand first = command.Operands[0];
        if (first is FunctionOperand { Name: "and" or "or" } logic && command.Operands.Count > 1) { return Logic(command, logic.Name == "or", dot, hasPrevious, previous); }

        object?[] arguments = Arguments(command, dot, hasPrevious, previous);

        if (first is FunctionOperand function) { return call(function.Name, arguments, function.Offset); }

        if (hasPrevious && first.Fields.Count == 0) { throw TemplateException.At(first.Offset, "can't give argument to non-function"); }

        return Value(first, dot, arguments);
    }

    private object?[] Arguments(Command command, object? dot, bool hasPrevious, object? previous)
    {
        int given = command.Operands.Count - 1;
        if (given == 0 && !hasPrevious) { return None; } // nearly always: a row's field

        var arguments = new object?[given + (hasPrevious ? 1 : 0)];
        for (int i = 0; i < given; i++) { arguments[i] = Value(command.Operands[i + 1], dot, None); }

        if (hasPrevious) { arguments[given] = previous; }

        return arguments;
    }

    /// <summary>The first operand that decides, and none after it is evaluated: <c>and .List (index .List 0)</c> is safe.</summary>
    private object? Logic(Command command, bool decides, object? dot, bool hasPrevious, object? previous)
    {
        object? value = null;
        for (int i = 1; i < command.Operands.Count; i++)
        {
            value = Value(command.Operands[i], dot, []);
            if (TemplateText.IsTrue(value) == decides) { return value; }
        }

        return hasPrevious ? previous : value;
    }

    private object? Value(Operand operand, object? dot, IReadOnlyList<object?> arguments)
    {
        object? value = operand switch
        {
            LiteralOperand literal => literal.Value,
            VariableOperand variable => variables[IndexOf(variable.Name, variable.Offset)].Value,
            NestedOperand nested => Evaluate(nested.Pipeline, dot),
            FunctionOperand function => call(function.Name, [], function.Offset),
            _ => dot,
        };
        for (int i = 0; i < operand.Fields.Count; i++)
        {
            bool isLast = i == operand.Fields.Count - 1;
            value = Field(value, operand.Fields[i], isLast ? arguments : [], operand.Offset);
        }

        return TemplateText.Simplify(value);
    }

    private static object? Field(object? value, string name, IReadOnlyList<object?> arguments, int offset)
    {
        object? found = null;
        bool exists = value switch
        {
            JsonElement { ValueKind: JsonValueKind.Object } element => arguments.Count == 0 && TryGetProperty(element, name, out found),
            ITemplateObject row => row.TryGetField(name, arguments, out found),
            _ => throw TemplateException.At(offset, $"executing \"\" at <.{name}>: can't evaluate field {name} in {TemplateText.KindOf(value)}"),
        };
        return exists
            ? found
            : throw TemplateException.At(offset, $"executing \"\" at <.{name}>: map has no entry for key \"{name}\"");
    }

    private static bool TryGetProperty(JsonElement element, string name, out object? value)
    {
        if (element.TryGetProperty(name, out JsonElement exact))
        {
            value = exact;
            return true;
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            // Go's field names differ from the JSON names in case only ("ID" and "Id").
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                value = property.Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    private int IndexOf(string name, int offset)
    {
        int index = variables.FindLastIndex(v => v.Name == name);
        return index >= 0 ? index : throw TemplateException.At(offset, $"undefined variable \"${name}\"");
    }

    private void Write(string text, int offset)
    {
        if (output.Length - start + text.Length > MaxOutput) { throw TemplateException.At(offset, $"the output exceeds {MaxOutput} characters"); }

        output.Append(text);
    }
}
