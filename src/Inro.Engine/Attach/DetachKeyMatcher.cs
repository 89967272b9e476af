namespace Inro.Engine.Attach;

/// <summary>Watches typed bytes for the detach keys. A begun sequence is held back; when it turns out to be something else, it is sent.</summary>
public sealed class DetachKeyMatcher(DetachKeys keys)
{
    private int matched;

    /// <summary>Takes typed bytes.</summary>
    /// <param name="typed">As read from the terminal.</param>
    /// <param name="passed">Gets what goes to the process; room for <see cref="DetachKeys.MaxKeys"/> more bytes than typed.</param>
    /// <param name="count">Bytes in <paramref name="passed"/>.</param>
    /// <returns>True: the whole sequence was typed; what followed it is dropped.</returns>
    public bool Take(ReadOnlySpan<byte> typed, Span<byte> passed, out int count)
    {
        count = 0;
        ReadOnlySpan<byte> sequence = keys.Bytes.AsSpan();
        foreach (byte key in typed)
        {
            if (sequence.Length > 0 && key == sequence[matched])
            {
                matched++;
                if (matched == sequence.Length)
                {
                    matched = 0;
                    return true;
                }

                continue;
            }

            sequence[..matched].CopyTo(passed[count..]);
            count += matched;
            matched = 0;
            if (sequence.Length > 0 && key == sequence[0]) { matched = 1; } // a sequence of one was found above
            else { passed[count++] = key; }
        }

        return false;
    }
}
