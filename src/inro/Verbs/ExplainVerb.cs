using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine.Containers;
using Inro.Runtime.Launch;

namespace Inro.Cli.Verbs;

/// <summary><c>inro explain run …</c>: every kernel operation that the run would do, in order, and nothing is done.</summary>
internal sealed class ExplainVerb : Verb
{
    private bool json;

    public override string Usage => "[--json] run [OPTIONS] IMAGE [COMMAND] [ARG...]";

    public override string Summary => "Show each kernel operation that a run would do, without doing any";

    public override bool FlagsAfterOperands => false;

    public override bool RunsCommand => true;

    public override bool NeedsIds => true;

    public override int LeastOperands => 2;

    public override Completion Offers => Completion.Of("run");

    public override void AddFlags(FlagTable table) => AddJson(table);

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        if (operands[0] != "run") { throw new UsageException($"'{operands[0]}' cannot be explained: run can", ExitStatus.Failure) { ShowUsage = true }; }

        ContainerConfig config = Config([.. operands.Skip(1)]) with { HookDirectories = session.Flags.HookDirectories };
        using LaunchProgram program = session.Containers.Explain(config);
        Screen.Write(json ? Json(program) : Text(program));
        return ExitStatus.Success;
    }

    /// <summary>Reads what follows <c>run</c> with run's own flags; <c>--json</c> may stand among them.</summary>
    private ContainerConfig Config(string[] arguments)
    {
        RunVerb run = new() { Path = "explain run" };
        FlagTable table = new();
        run.AddFlags(table);
        AddJson(table);
        ParsedArguments parsed = ArgumentReader.Read(table, arguments, run.FlagsAfterOperands);
        return parsed.Operands.Count > 0
            ? run.Config(parsed.Operands)
            : throw new UsageException("\"inro explain run\" requires at least 1 argument", ExitStatus.Failure) { ShowUsage = true };
    }

    private void AddJson(FlagTable table) => table.Switch("json", '\0', "Print JSON", v => json = v);

    private static string Text(LaunchProgram program)
    {
        using StringWriter text = new() { NewLine = "\n" };
        LaunchExplain.WriteText(program, text);
        return text.ToString();
    }

    private static string Json(LaunchProgram program)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter writer = new(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            LaunchExplain.WriteJson(program, writer);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan) + "\n";
    }
}
