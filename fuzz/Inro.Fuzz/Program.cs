using System.Globalization;
using Inro.Fuzz;

// usage: dotnet run --project fuzz/Inro.Fuzz -- TARGET [SECONDS [SEED]]
Dictionary<string, Func<byte[], bool>> targets = new(StringComparer.Ordinal) { ["tar"] = TarTarget.Accepts };
if (args.Length == 0 || !targets.TryGetValue(args[0], out Func<byte[], bool>? target))
{
    Console.Error.WriteLine($"usage: TARGET [SECONDS [SEED]], where TARGET is {string.Join(" or ", targets.Keys)}");
    return 2;
}

int seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 30;
int seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : Environment.TickCount;
return new FuzzDriver(args[0], target).Run(TimeSpan.FromSeconds(seconds), seed);
