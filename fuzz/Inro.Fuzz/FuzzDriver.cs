using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Inro.Fuzz;

/// <summary>Feeds a parser mutations of its corpus until the time is over. What makes it fail is written to a file.</summary>
/// <param name="name">Of the parser, and of its corpus.</param>
/// <param name="accepts">Whether an input is accepted; throws for what must not happen.</param>
/// <param name="mutate">Makes an input of two others, of at most so many bytes.</param>
internal sealed class FuzzDriver(string name, Func<byte[], bool> accepts, Func<byte[], byte[], Random, int, byte[]> mutate)
{
    /// <summary>Longest input, in bytes.</summary>
    private const int MaxInputBytes = 64 << 10;

    /// <summary>Longest time that one input may take.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(2);

    /// <summary>Runs; 0 means that nothing was found.</summary>
    public int Run(TimeSpan duration, int seed)
    {
        byte[][] corpus = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Corpora", name)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        var random = new Random(seed);
        long start = Stopwatch.GetTimestamp();
        long runs = 0;
        long accepted = 0;
        while (runs < corpus.Length || Stopwatch.GetElapsedTime(start) < duration)
        {
            byte[] input = runs < corpus.Length ? corpus[runs] : mutate(corpus[random.Next(corpus.Length)], corpus[random.Next(corpus.Length)], random, MaxInputBytes);
            runs++;
            long began = Stopwatch.GetTimestamp();
            try
            {
                if (accepts(input)) { accepted++; }

                if (Stopwatch.GetElapsedTime(began) > MaxTime) { throw new TimeoutException("one input took too long"); }
            }
            catch (Exception failure)
            {
                return Report(input, failure, seed, runs);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {runs} inputs, {accepted} accepted, seed {seed}, nothing found"));
        return 0;
    }

    private int Report(byte[] input, Exception failure, int seed, long runs)
    {
        string file = $"{name}-{Convert.ToHexStringLower(SHA256.HashData(input))[..16]}";
        File.WriteAllBytes(file, input);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: input {runs} of seed {seed} fails, written to {file}\n{failure}"));
        return 1;
    }
}
