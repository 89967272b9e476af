using System.Globalization;
using Inro.Fuzz;

// usage: dotnet run --project fuzz/Inro.Fuzz -- TARGET [SECONDS [SEED]]
using var configurations = new ConfigTarget();
using var registry = new RegistryTarget();
Dictionary<string, FuzzDriver> targets = new(StringComparer.Ordinal)
{
    ["tar"] = new FuzzDriver("tar", TarTarget.Accepts, Mutation.Of),
    ["config"] = new FuzzDriver("config", configurations.AcceptsConfig, JsonMutation.Of),
    ["manifest"] = new FuzzDriver("manifest", DocumentTarget.AcceptsManifest, JsonMutation.Of),
    ["image"] = new FuzzDriver("image", DocumentTarget.AcceptsImage, JsonMutation.Of),
    ["registry"] = new FuzzDriver("registry", registry.Accepts, Mutation.Of),
    ["process"] = new FuzzDriver("process", configurations.AcceptsProcess, JsonMutation.Of),
};
if (args.Length == 0 || !targets.TryGetValue(args[0], out FuzzDriver? target))
{
    Console.Error.WriteLine($"usage: TARGET [SECONDS [SEED]], where TARGET is {string.Join(" or ", targets.Keys)}");
    return 2;
}

int seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 30;
int seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : Environment.TickCount;
return target.Run(TimeSpan.FromSeconds(seconds), seed);
