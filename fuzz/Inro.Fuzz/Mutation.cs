namespace Inro.Fuzz;

/// <summary>Small damages and mixtures. Half of the headers get a right checksum again, or nearly all would end at that check.</summary>
internal static class Mutation
{
    private const int Block = 512;

    private static readonly byte[] Interesting = [0, 1, 0x7F, 0x80, 0xFF, (byte)'0', (byte)'7', (byte)'9', (byte)' ', (byte)'\n', (byte)'=', (byte)'-', (byte)'x', (byte)'g', (byte)'L', (byte)'S'];

    public static byte[] Of(byte[] one, byte[] other, Random random, int maxBytes)
    {
        byte[] input = [.. one.AsSpan(0, Math.Min(one.Length, maxBytes))];
        for (int i = random.Next(1, 9); i > 0; i--) { input = Change(input, other, random); }

        if (input.Length > maxBytes) { input = input[..maxBytes]; }

        for (int at = 0; at + Block <= input.Length; at += Block)
        {
            if (random.Next(2) == 0 && LooksLikeHeader(input.AsSpan(at, Block))) { Seal(input.AsSpan(at, Block)); }
        }

        return input;
    }

    private static byte[] Change(byte[] input, byte[] other, Random random)
    {
        if (input.Length == 0) { return other; }

        int at = random.Next(input.Length);
        switch (random.Next(7))
        {
            case 0: input[at] ^= (byte)(1 << random.Next(8)); return input;
            case 1: input[at] = Interesting[random.Next(Interesting.Length)]; return input;
            case 2: input[at] = (byte)random.Next(256); return input;
            case 3: return input[..at];
            case 4:
                int length = Math.Min(random.Next(1, 16), input.Length - at);
                input.AsSpan(at, length).Fill(Interesting[random.Next(Interesting.Length)]);
                return input;
            case 5:
                // a header's field: that is where the decisions are
                int header = at / Block * Block;
                int field = header + random.Next(Math.Min(Block, input.Length - header));
                input[field] = Interesting[random.Next(Interesting.Length)];
                return input;
            default:
                int from = random.Next(other.Length / Block + 1) * Block;
                return [.. input[..(at / Block * Block)], .. other[Math.Min(from, other.Length)..]];
        }
    }

    private static bool LooksLikeHeader(ReadOnlySpan<byte> block) => block.Slice(257, 5).SequenceEqual("ustar"u8);

    private static void Seal(Span<byte> block)
    {
        block.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte b in block) { sum += b; }

        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block[148..]);
    }
}
