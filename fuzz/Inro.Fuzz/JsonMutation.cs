using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inro.Fuzz;

/// <summary>Changes in the tree of a JSON document, so that what comes out is still one and gets past the reader; at times damage to its bytes on top.</summary>
internal static class JsonMutation
{
    private const int MaxDepth = 24;
    private const int LongText = 20_000;
    private const int ManyElements = 400;

    private static readonly string[] Texts =
    [
        "", "/", "..", "../../etc/passwd", "/proc/self/fd/1", "a\0b", "\ud83d\ude00", "0", "-1", "0-4294967295", "1,2,999999", "4294967296", "bind", "rbind", "idmap", "tmpcopyup", "mode=99999", "user", "time",
        "cgroup", "cgroup2", "tmpfs", "overlay", "SCMP_ACT_NOTIFY", "SCMP_CMP_MASKED_EQ", "CAP_SYS_ADMIN", "RLIMIT_NPROC", "SCHED_DEADLINE", "kernel.hostname", "net/ipv4/x", "system.slice:a:b", "MPOL_INTERLEAVE", "1.0.0", "2.0.0",
    ];

    private static readonly double[] Numbers = [0, -1, 1, 65535, 65536, 2147483647, 2147483648, 4294967295, 4294967296, 9223372036854775807, 18446744073709551615, -9223372036854775808, 0.5, 1e300];

    /// <summary>A mutation of one document with parts of another.</summary>
    public static byte[] Of(byte[] one, byte[] other, Random random, int maxBytes)
    {
        JsonNode root = JsonNode.Parse(one)!; // seeds are documents
        JsonNode foreign = JsonNode.Parse(other)!;
        for (int i = random.Next(1, 6); i > 0; i--) { root = Change(root, foreign, random) ?? root; }

        byte[] bytes = Encoding.UTF8.GetBytes(root.ToJsonString(new JsonSerializerOptions { MaxDepth = 512 }));
        if (random.Next(8) == 0) { bytes = Damage(bytes, random); }

        return bytes.Length > maxBytes ? bytes[..maxBytes] : bytes;
    }

    private static JsonNode? Change(JsonNode root, JsonNode foreign, Random random)
    {
        JsonNode target = Pick(root, random);
        JsonNode? made = random.Next(10) switch
        {
            0 => JsonValue.Create(Texts[random.Next(Texts.Length)]),
            1 => JsonValue.Create(Numbers[random.Next(Numbers.Length)]),
            2 => JsonNode.Parse(random.Next(2) == 0 ? "18446744073709551615" : "-9223372036854775808"),
            3 => Pick(foreign, random).DeepClone(),
            4 => Pick(root, random).DeepClone(),
            5 => JsonValue.Create(new string('a', random.Next(LongText))),
            6 => Many(target, random),
            7 => Nested(random),
            8 => random.Next(2) == 0 ? new JsonObject() : new JsonArray(),
            _ => null, // null, or taken away
        };
        switch (target.Parent)
        {
            case JsonObject parent:
                string name = target.GetPropertyName();
                if (made is null && random.Next(2) == 0) { parent.Remove(name); }
                else { parent[name] = made; }

                return root;
            case JsonArray parent:
                parent[target.GetElementIndex()] = made;
                return root;
            default:
                return made;
        }
    }

    private static JsonNode Pick(JsonNode root, Random random)
    {
        JsonNode found = root;
        while (true)
        {
            JsonNode?[] below = found switch
            {
                JsonObject o => [.. o.Select(static p => p.Value)],
                JsonArray a => [.. a],
                _ => [],
            };
            below = [.. below.Where(static n => n is not null)];
            if (below.Length == 0 || (found != root && random.Next(4) == 0)) { return found; }

            found = below[random.Next(below.Length)]!; // not null: just asked
        }
    }

    private static JsonArray Many(JsonNode element, Random random)
    {
        var many = new JsonArray();
        for (int i = random.Next(ManyElements); i > 0; i--) { many.Add(element.ToJsonString().Length < 200 ? element.DeepClone() : JsonValue.Create(i)); }

        return many;
    }

    private static JsonNode Nested(Random random)
    {
        JsonNode inner = new JsonObject();
        for (int i = random.Next(MaxDepth * 2); i > 0; i--) { inner = random.Next(2) == 0 ? new JsonArray(inner) : new JsonObject { ["linux"] = inner }; }

        return inner;
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        int at = random.Next(bytes.Length);
        if (random.Next(3) == 0) { return bytes[..at]; }

        bytes[at] = (byte)random.Next(256);
        return bytes;
    }
}
