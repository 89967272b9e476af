using System.Text;

namespace Inro.Images.Layers.Tar;

/// <summary>The records of a PAX extension header: <c>length key=value\n</c>, values of any bytes.</summary>
/// <remarks>Source: POSIX.1-2017, pax, "pax Extended Header".</remarks>
internal static class PaxRecords
{
    /// <summary>Reads all records in order; keys may repeat, as GNU sparse 0.0 wants.</summary>
    /// <exception cref="TarFormatException">They are malformed.</exception>
    public static List<KeyValuePair<string, byte[]>> Parse(ReadOnlySpan<byte> data, long offset)
    {
        List<KeyValuePair<string, byte[]>> records = [];
        for (int at = 0; at < data.Length;)
        {
            ReadOnlySpan<byte> rest = data[at..];
            int space = rest.IndexOf((byte)' ');
            bool sized = TarNumbers.TryDecimal(space > 0 ? rest[..space] : default, out long length);
            if (!sized || length <= space + 2 || length > rest.Length || rest[(int)length - 1] != (byte)'\n')
            {
                throw new TarFormatException(offset + at, "a PAX record's length is wrong");
            }

            ReadOnlySpan<byte> record = rest[(space + 1)..((int)length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals <= 0) { throw new TarFormatException(offset + at, "a PAX record has no key"); }

            if (records.Count == TarLimits.MaxRecords) { throw new TarFormatException(offset, $"more than {TarLimits.MaxRecords} PAX records"); }

            // Latin-1 keeps every byte of a key, so that attributes' names that are not UTF-8 come out as they went in
            records.Add(new(Encoding.Latin1.GetString(record[..equals]), record[(equals + 1)..].ToArray()));
            at += (int)length;
        }

        return records;
    }
}
