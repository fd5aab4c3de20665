using System.Buffers.Binary;
using System.Text;
using Correction.Domain;
using Correction.Domain.Location;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tracks;

/// <summary>
/// Copies fixes into a table in PostgreSQL's binary COPY format (documentation of COPY, "Binary Format"). Npgsql's
/// importer does the same for a microsecond or more per row, which is what a core has for the whole fix.
/// </summary>
internal sealed class FixCopy(Stream copy)
{
    private const short MostFields = 14;

    /// <summary>Bytes of a row beside its text: field count, lengths, fixed fields, with all of them present.</summary>
    private const int LargestRow = 2 + (MostFields * 4) + 4 + 16 + (2 * 8) + (2 * 8) + (4 * 4) + (3 * 2);

    private static readonly byte[] Signature = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0]; // no flags, no header extension

    /// <summary>PostgreSQL counts microseconds from here.</summary>
    private static readonly Instant Epoch = Instant.FromUtc(2000, 1, 1, 0, 0);

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _used;

    /// <summary>Copies and completes; on an exception nothing of the copy is kept.</summary>
    /// <param name="into">COPY statement: <c>subject_id</c>, then <see cref="FixRows.Columns"/>; before them <c>slot</c>, where one is given.</param>
    public static async Task RunAsync(
        NpgsqlConnection connection, string into, int? slot, IEnumerable<(SubjectId Subject, Fix Fix)> fixes, CancellationToken cancellation)
    {
        await using NpgsqlRawCopyStream stream = await connection.BeginRawBinaryCopyAsync(into, cancellation);
        try
        {
            var copy = new FixCopy(stream);
            copy.Append(Signature);
            foreach ((SubjectId subject, Fix fix) in fixes)
            {
                await copy.MakeRoomAsync(LargestRow + Encoding.UTF8.GetMaxByteCount(fix.DeviceId.Length), cancellation);
                copy.Row(slot, subject, fix);
            }

            await copy.MakeRoomAsync(sizeof(short), cancellation);
            copy.Short(-1); // trailer
            await copy.FlushAsync(cancellation);
        }
        catch
        {
            await stream.CancelAsync();
            throw;
        }
    }

    private void Row(int? slot, SubjectId subject, Fix fix)
    {
        Short(slot is null ? (short)(MostFields - 1) : MostFields);
        if (slot is { } open)
        {
            Int(sizeof(int));
            Int(open);
        }

        Int(16);
        subject.Value.TryWriteBytes(_buffer.AsSpan(_used), bigEndian: true, out _);
        _used += 16;
        Text(fix.DeviceId);
        Time(fix.OccurredAt);
        Time(fix.ReceivedAt);
        Double(fix.Position.Longitude);
        Double(fix.Position.Latitude);
        Real(fix.Accuracy);
        Real(fix.Speed);
        Real(fix.Bearing);
        Real(fix.Altitude);
        Small(fix.Battery);
        Small((int)fix.Source);
        Small((int)fix.Use);
    }

    private async ValueTask MakeRoomAsync(int bytes, CancellationToken cancellation)
    {
        if (_used + bytes > _buffer.Length)
        {
            await FlushAsync(cancellation);
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        await copy.WriteAsync(_buffer.AsMemory(0, _used), cancellation);
        _used = 0;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    private void Text(string text)
    {
        int length = Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_used + sizeof(int)));
        Int(length);
        _used += length;
    }

    private void Time(Instant instant)
    {
        Int(sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(_buffer.AsSpan(_used), (instant - Epoch).BclCompatibleTicks / TimeSpan.TicksPerMicrosecond);
        _used += sizeof(long);
    }

    private void Double(double value)
    {
        Int(sizeof(double));
        BinaryPrimitives.WriteDoubleBigEndian(_buffer.AsSpan(_used), value);
        _used += sizeof(double);
    }

    private void Real(double? value)
    {
        if (value is not { } number)
        {
            Int(-1); // null
            return;
        }

        Int(sizeof(float));
        BinaryPrimitives.WriteSingleBigEndian(_buffer.AsSpan(_used), (float)number);
        _used += sizeof(float);
    }

    private void Small(int? value)
    {
        if (value is not { } number)
        {
            Int(-1); // null
            return;
        }

        Int(sizeof(short));
        Short((short)number);
    }

    private void Int(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_used), value);
        _used += sizeof(int);
    }

    private void Short(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_buffer.AsSpan(_used), value);
        _used += sizeof(short);
    }
}
