using System.Diagnostics;
using Inro.Layout;
using Xunit;

namespace Inro.Tests.Layout;

/// <summary>Orders the functions of a small program, links it and runs it: the same answer, from other places.</summary>
[Collection(StartsProcesses.Name)]
public sealed class FunctionOrderTests : IDisposable
{
    private const string Source = """
        #include <stdio.h>
        #define HERE __attribute__((section("__managedcode"), noinline, aligned(16)))
        static int (*through)(int);
        HERE static int one(int x) { return x * 3 + 1; }
        HERE static int two(int x) { return one(x) * 5 + (x > 3 ? one(x - 1) : 7); }
        HERE int three(int x) { int sum = 0; for (int i = 0; i < x; i++) sum += two(i) ^ one(i); return sum; }
        HERE int start(int x) { through = three; printf("%d\n", through(x) + two(x)); return 0; }
        int main(void) { return start(9); }
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("inro-order-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_program_with_moved_functions_says_the_same()
    {
        byte[] before = Compile("-O1");
        byte[] after = (byte[])before.Clone();

        int found = FunctionOrder.Apply(after, ["three", "no such function", "one"]);

        Assert.Equal(2, found);
        Assert.Equal(["three", "one", "two", "start"], Order(after));
        Assert.NotEqual(Order(before), Order(after));
        Assert.Equal(Run(before), Run(after));
    }

    [Fact]
    public void Ordering_twice_is_ordering_once()
    {
        byte[] once = Compile("-O1");
        FunctionOrder.Apply(once, ["three", "two"]);
        byte[] twice = (byte[])once.Clone();

        FunctionOrder.Apply(twice, ["three", "two"]);

        Assert.Equal(once, twice);
    }

    [Fact]
    public void Debugging_sections_are_refused_and_nothing_is_changed()
    {
        byte[] before = Compile("-g");
        byte[] after = (byte[])before.Clone();

        InvalidDataException why = Assert.Throws<InvalidDataException>(() => FunctionOrder.Apply(after, ["one"]));

        Assert.Contains("debugging sections", why.Message, StringComparison.Ordinal);
        Assert.Equal(before, after);
    }

    [Fact]
    public void A_function_that_begins_inside_of_another_is_refused_and_nothing_is_changed()
    {
        byte[] before = Compile("-O1", Source + "\n__asm__(\".globl inner\\n.type inner, @function\\n.set inner, three + 16\");");
        byte[] after = (byte[])before.Clone();

        InvalidDataException why = Assert.Throws<InvalidDataException>(() => FunctionOrder.Apply(after, ["three"]));

        Assert.StartsWith("inner begins inside of another function", why.Message, StringComparison.Ordinal);
        Assert.Equal(before, after);
    }

    [Fact]
    public void What_is_no_object_file_is_refused() => Assert.Throws<InvalidDataException>(() => FunctionOrder.Apply(new byte[200], []));

    private byte[] Compile(string option, string source = Source)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "program.c"), source);
        Call("gcc", "-c", option, "-fno-pie", "-mcmodel=small", "-fcf-protection=none", "-fno-asynchronous-unwind-tables", "program.c", "-o", "program.o");
        return File.ReadAllBytes(Path.Combine(folder.FullName, "program.o"));
    }

    private string Run(byte[] bytes)
    {
        File.WriteAllBytes(Path.Combine(folder.FullName, "linked.o"), bytes);
        Call("gcc", "-no-pie", "linked.o", "-o", "program");
        return Call(Path.Combine(folder.FullName, "program"));
    }

    private static string[] Order(byte[] bytes)
    {
        var image = new ElfImage(bytes);
        int code = image.Section(FunctionOrder.CodeSection).Index;
        return [.. image.Symbols().Where(symbol => symbol.IsFunction && symbol.Section == code).OrderBy(symbol => symbol.Value).Select(symbol => symbol.Name)];
    }

    private string Call(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
