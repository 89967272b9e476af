using System.Text;
using Inro.Cli.Arguments;
using Inro.Cli.Output;
using Inro.Engine;
using Inro.Engine.Secrets;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs.Secrets;

/// <summary><c>inro secret create</c>: a secret out of a file, standard input or a variable.</summary>
internal sealed class SecretCreateVerb : Verb
{
    private const int MaxBytes = 512_000 + 1; // one more than a secret may have, to see that there is more

    private readonly Dictionary<string, string> labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> options = new(StringComparer.Ordinal);
    private string driver = SecretRecord.FileDriver;
    private bool isVariable;
    private bool replaces;
    private bool ignores;

    public override string Usage => "[OPTIONS] SECRET [file|-]";

    public override string Summary => "Create a secret from a file or STDIN as content";

    public override string[] Examples => ["printf %s \"$PASSWORD\" | inro secret create db-password -", "inro run --secret db-password,mode=0400,uid=999 postgres"];

    public override int LeastOperands => 1;

    public override int MostOperands => 2;

    public override Completion Offers => Completion.File;

    public override void AddFlags(FlagTable table) => table
        .Text("driver", 'd', "Secret driver", v => driver = v, initially: SecretRecord.FileDriver, offers: Completion.Of(SecretRecord.FileDriver))
        .List("driver-opts", '\0', "Specify driver specific options", v => LabelArgument.Put(options, v), value: "map")
        .Switch("env", '\0', "Read secret data from the environment variable of the name given", v => isVariable = v)
        .Switch("ignore", '\0', "If a secret with the same name exists, do nothing", v => ignores = v)
        .List("label", 'l', "Secret labels", v => LabelArgument.Put(labels, v))
        .Switch("replace", '\0', "If a secret with the same name exists, replace it", v => replaces = v)
        .Add(new Flag { Name = "template-driver", ValueName = "string", Help = "Template driver", IsHidden = true, Set = static _ => throw new FormatException("there are no plug-ins for templates") });

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        SecretCatalog secrets = session.Secrets;
        if (ignores && !replaces && secrets.TryFind(operands[0]) is { } there && there.Name == operands[0])
        {
            Screen.WriteLine(there.Id);
            return ExitStatus.Success;
        }

        byte[] data = Read(operands.Count > 1 ? operands[1] : "-");
        var wanted = new SecretRecord { Id = "", Name = operands[0], Driver = driver, Labels = labels, Options = options };
        Screen.WriteLine(secrets.Create(wanted, data, replaces).Id);
        return ExitStatus.Success;
    }

    private byte[] Read(string source)
    {
        if (isVariable)
        {
            return Environment.GetEnvironmentVariable(source) is { } value
                ? Encoding.UTF8.GetBytes(value)
                : throw new EngineException(ErrorCode.InvalidArgument, $"cannot create store secret data: environment variable {source} is not set", "export it first");
        }

        try
        {
            using SafeFileHandle file = source == "-" ? new SafeFileHandle(StandardStreams.Input, ownsHandle: false) : File.OpenHandle(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] data = new byte[MaxBytes];
            int length = 0;
            for (int read; length < data.Length && (read = FileDescriptor.Read(file, data.AsSpan(length), source)) > 0;) { length += read; }

            return data[..length];
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"Error reading content from \"{source}\": {refused.Message}", "name a file, or - for standard input", refused);
        }
    }
}
