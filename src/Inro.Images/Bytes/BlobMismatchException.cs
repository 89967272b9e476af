namespace Inro.Images.Bytes;

/// <summary>Bytes are not those that their descriptor names: damaged, cut short or tampered with.</summary>
public sealed class BlobMismatchException(string message) : IOException(message);
