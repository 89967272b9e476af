using System.Collections;
using System.Reflection;
using Inro.Engine.Containers;
using Inro.Engine.Volumes;
using Xunit;

namespace Inro.Tests.Engine.Containers;

/// <summary>The writer is by hand, so is the reader: every member must make the round trip.</summary>
public sealed class ContainerConfigWriterTests
{
    public static TheoryData<string> Members => [.. typeof(ContainerConfig).GetProperties().Where(p => p.CanWrite).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Members))]
    public void Member_survives_writing_and_reading(string name)
    {
        PropertyInfo property = typeof(ContainerConfig).GetProperty(name)!;
        var config = new ContainerConfig { Image = "busybox" };
        object expected = Sample(property.PropertyType);
        property.SetValue(config, expected);

        ContainerConfig read = ContainerConfigReader.Read(ContainerConfigWriter.Write(config), "x");

        Assert.Equal(Text(expected), Text(property.GetValue(read)));
    }

    [Fact]
    public void What_was_not_written_reads_as_not_asked()
    {
        ContainerConfig read = ContainerConfigReader.Read(ContainerConfigWriter.Write(new ContainerConfig { Image = "busybox" }), "x");

        Assert.Equal(Text(new ContainerConfig { Image = "busybox" }), Text(read));
    }

    [Fact]
    public void Members_of_a_newer_program_are_passed_over() =>
        Assert.Equal("a", ContainerConfigReader.Read("""{"new":{"x":[1,{}]},"image":"a"}"""u8, "x").Image);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"image":1}""")]
    [InlineData("""{"image":"a","tty":""")]
    public void Damaged_text_names_the_container(string text) =>
        Assert.Contains("abc", Assert.Throws<Inro.Engine.EngineException>(() => ContainerConfigReader.Read(System.Text.Encoding.UTF8.GetBytes(text), "abc")).Problem, StringComparison.Ordinal);

    [Fact]
    public void What_was_not_asked_is_not_written() =>
        Assert.Equal("""{"image":"busybox"}"""u8.ToArray(), ContainerConfigWriter.Write(new ContainerConfig { Image = "busybox" }));

    [Fact]
    public void Empty_entrypoint_differs_from_none()
    {
        var config = new ContainerConfig { Image = "busybox", Entrypoint = [] };

        ContainerConfig read = ContainerConfigReader.Read(ContainerConfigWriter.Write(config), "x");

        Assert.NotNull(read.Entrypoint);
        Assert.Null(read.Command);
    }

    [Fact]
    public void Resolved_mounts_survive()
    {
        var mount = (ResolvedMount)Sample(typeof(ResolvedMount));

        IReadOnlyList<ResolvedMount> read = ContainerConfigReader.ReadMounts(ContainerConfigWriter.Write([mount]));

        Assert.Equal(Text(mount), Text(read[0]));
    }

    /// <summary>A value that no default equals, for any type that a configuration holds.</summary>
    private static object Sample(Type type)
    {
        Type t = Nullable.GetUnderlyingType(type) ?? type;
        if (t == typeof(string)) { return "täxt \"<&>\" \n"; }

        if (t == typeof(bool)) { return true; }

        if (t == typeof(int)) { return 42; }

        if (t == typeof(long)) { return 1L << 40; }

        if (t.IsEnum) { return Enum.GetValues(t).GetValue(1)!; }

        if (t == typeof(IReadOnlyDictionary<string, string>)) { return new Dictionary<string, string>(StringComparer.Ordinal) { ["a=b"] = "c\"", ["d"] = "" }; }

        if (t.IsGenericType)
        {
            Type element = t.GetGenericArguments()[0];
            var array = Array.CreateInstance(element, 2);
            array.SetValue(Sample(element), 0);
            array.SetValue(Sample(element), 1);
            return array;
        }

        object made = System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(t);
        foreach (PropertyInfo property in t.GetProperties().Where(p => p.CanWrite)) { property.SetValue(made, Sample(property.PropertyType)); }

        return made;
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => '"' + text + '"',
        IDictionary map => string.Join(',', map.Keys.Cast<object>().Select(k => $"{k}={map[k]}")),
        IEnumerable list => "[" + string.Join(',', list.Cast<object>().Select(Text)) + "]",
        _ when value.GetType().Namespace?.StartsWith("Inro", StringComparison.Ordinal) == true && !value.GetType().IsEnum =>
            string.Join(';', value.GetType().GetProperties().Where(p => p.CanWrite).Select(p => p.Name + ":" + Text(p.GetValue(value)))),
        _ => value.ToString()!,
    };
}
