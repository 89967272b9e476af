using System.Text.Json;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>What <c>inro explain</c> foretells against what strace sees <c>inro run</c> do.</summary>
public sealed class ExplainTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>One operation of the plan: what it calls, and whether it does so on a condition or in a number of calls that is left open.</summary>
    private sealed record Step(string Label, string[] Calls, bool Optional, bool Repeats);

    [KernelTheory(Instance.Usual | Needs.Strace)]
    [InlineData("busybox true")]
    [InlineData("--read-only --tmpfs /scratch -u 1000:1000 busybox true")]
    public void The_calls_that_are_explained_are_made_in_that_order_and_no_others(string command)
    {
        using Instance inro = Instance.WithBusybox();
        string[] run = ["run", "--rm", .. command.Split(' ')];

        Step[] plan = Plan(inro.Ok(["explain", "--json", .. run]));
        string[] made = WalkersCalls(Trace(inro, run));

        Assert.True(plan.Count(step => !step.Optional) > 100, $"only {plan.Count(step => !step.Optional)} plain calls are explained");
        Assert.Null(Difference(plan, made));
    }

    [Theory]
    [InlineData("a c", null)]
    [InlineData("a b c", null)]
    [InlineData("a", "ended")]
    [InlineData("c a", "call 0 (c)")]
    [InlineData("a x c", "call 1 (x)")]
    [InlineData("a c c", "call 2 (c)")]
    public void A_difference_between_plan_and_trace_is_found(string made, string? difference)
    {
        string? found = Difference([new("1", ["a"], false, false), new("2", ["b"], true, false), new("3", ["c"], false, false)], made.Split(' '));

        if (difference is null) { Assert.Null(found); }
        else { Assert.Contains(difference, found, StringComparison.Ordinal); }
    }

    /// <summary>The operations after the clone; those that make no call are left out.</summary>
    private static Step[] Plan(string json)
    {
        using JsonDocument plan = JsonDocument.Parse(json);
        return
        [
            .. plan.RootElement.EnumerateArray()
                .SkipWhile(o => o.GetProperty("kind").GetString() != "clone").Skip(1)
                .Select(AsStep).OfType<Step>(),
        ];
    }

    private static Step? AsStep(JsonElement operation)
    {
        string label = operation.GetProperty("label").GetString()!;
        return operation.GetProperty("kind").GetString() switch
        {
            "call" => new Step(label, [operation.GetProperty("call").GetString()!], operation.TryGetProperty("when", out _), Repeats: false),
            "sync" or "announce" => new Step(label, ["sendmsg", "recvmsg"], Optional: false, Repeats: true), // the talk with the host
            _ => null,
        };
    }

    private static string[] Trace(Instance inro, string[] run)
    {
        string trace = inro.Root + ".strace";
        Tool.Run("strace", ["-f", "-o", trace, InroProcess.Binary, "--root", inro.Root, .. run], Deadline).Ok();
        return File.ReadAllLines(trace);
    }

    /// <summary>The names of the calls of the process that enters the new root, up to and with its last execve: one for each directory of PATH that is tried.</summary>
    private static string[] WalkersCalls(string[] trace)
    {
        string entering = Assert.Single(trace, line => line.Contains(" pivot_root(", StringComparison.Ordinal));
        string walker = entering[..(entering.IndexOf(' ', StringComparison.Ordinal) + 1)];
        string[] calls = [.. trace.Where(line => line.StartsWith(walker, StringComparison.Ordinal)).Select(CallName).OfType<string>()];
        return calls[..(Array.LastIndexOf(calls, "execve") + 1)];
    }

    // "123 mkdirat(3, …" begins a call; "123 <... mkdirat resumed>", "123 +++ exited" and "123 --- SIGCHLD" do not
    private static string? CallName(string line)
    {
        string call = line[line.IndexOf(' ', StringComparison.Ordinal)..].TrimStart();
        int end = call.IndexOf('(', StringComparison.Ordinal);
        return end > 0 && char.IsAsciiLetter(call[0]) ? call[..end] : null;
    }

    /// <summary>
    /// Where the calls leave the plan, or null. Which conditions hold is not known beforehand, so every place in the plan is kept that
    /// the calls so far may have led to.
    /// </summary>
    private static string? Difference(Step[] plan, string[] made)
    {
        HashSet<int> places = [0];
        for (int i = 0; i < made.Length; i++)
        {
            HashSet<int> next = [.. places.SelectMany(place => After(plan, place, made[i]))];
            if (next.Count == 0)
            {
                return $"call {i} ({made[i]}) is none of {string.Join(" or ", places.Order().Select(p => p < plan.Length ? $"{plan[p].Calls[0]} ({plan[p].Label})" : "the end"))}";
            }

            places = next;
        }

        return places.Any(place => plan[place..].All(step => step.Optional)) ? null : $"the calls ended at {plan[places.Max()].Label}";
    }

    /// <summary>The places to which a call leads from a place: beyond the steps that are skipped on the way.</summary>
    private static IEnumerable<int> After(Step[] plan, int place, string call)
    {
        for (int i = place; i < plan.Length; i++)
        {
            if (plan[i].Calls.Contains(call, StringComparer.Ordinal))
            {
                yield return i + 1;
                if (plan[i].Repeats) { yield return i; }
            }

            if (!plan[i].Optional) { yield break; }
        }
    }
}
