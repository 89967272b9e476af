using Inro.Layout;

const string usage = """
    usage: layout trace PROGRAM SYMBOLS ORDER COMMAND...   adds what COMMAND calls to the list in the file ORDER
           layout apply OBJECT ORDER                       moves the listed functions to the front of the object file
    """;
switch (args)
{
    case ["trace", var program, var symbols, var file, _, ..]:
        List<string> order = File.Exists(file) ? [.. File.ReadAllLines(file)] : [];
        new StartupTrace(program, symbols, order).Run(args[4..]);
        File.WriteAllLines(file, order);
        return 0;
    case ["apply", var path, var file]:
        byte[] bytes = File.ReadAllBytes(path);
        string[] wanted = File.ReadAllLines(file);
        Console.WriteLine($"{FunctionOrder.Apply(bytes, wanted)} of {wanted.Length} functions stand first");
        File.WriteAllBytes(path, bytes);
        return 0;
    default:
        Console.Error.WriteLine(usage);
        return 125;
}
