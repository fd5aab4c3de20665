using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Correction.Testing;

/// <summary>
/// As much of a TURN client (RFC 8656, messages of RFC 8489, over UDP) as it takes to ask a server on this machine for a relay.
/// Answers are codes: 0 for success, otherwise the server's error, such as 401.
/// </summary>
public sealed class TurnClient : IDisposable
{
    private const ushort Binding = 0x0001, Allocate = 0x0003, CreatePermission = 0x0008;
    private const ushort Username = 0x0006, Integrity = 0x0008, ErrorCode = 0x0009, XorPeerAddress = 0x0012, Realm = 0x0014, Nonce = 0x0015, RequestedTransport = 0x0019;
    private const ushort Failed = 0x0110;
    private const uint Cookie = 0x2112_A442;
    private const int Header = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);

    private readonly UdpClient _socket = new();
    private byte[] _realm = [];
    private byte[] _nonce = [];

    public TurnClient(int port) => _socket.Connect(IPAddress.Loopback, port);

    /// <summary>Whether a server is there.</summary>
    public async Task<bool> AnswersAsync()
    {
        try
        {
            await _socket.SendAsync(Message(Binding, [], null));
            await ReceiveAsync(Again);
            return true;
        }
        catch (Exception silence) when (silence is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Asks for a relay by a name: first without, as the protocol wants it, to learn the realm.</summary>
    public async Task<int> AllocateAsync(string name, string password)
    {
        byte[] transport = Attribute(RequestedTransport, [17, 0, 0, 0]); // UDP
        int unknown = await AskAsync(Allocate, transport, null);
        return unknown == 401 ? await AskAsync(Allocate, transport, (name, password)) : throw new InvalidOperationException($"Asked without a name, the relay answered {unknown}.");
    }

    /// <summary>Asks that a peer may be reached over the relay.</summary>
    public Task<int> PermitAsync(IPAddress peer, string name, string password)
    {
        var address = new byte[8];
        address[1] = 1; // IPv4, port 0 xor the cookie
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), (ushort)(Cookie >> 16));
        BinaryPrimitives.WriteUInt32BigEndian(address.AsSpan(4), BinaryPrimitives.ReadUInt32BigEndian(peer.GetAddressBytes()) ^ Cookie);
        return AskAsync(CreatePermission, Attribute(XorPeerAddress, address), (name, password));
    }

    public void Dispose() => _socket.Dispose();

    private async Task<int> AskAsync(ushort method, byte[] attributes, (string Name, string Password)? by)
    {
        byte[] message = Message(method, attributes, by);
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            await _socket.SendAsync(message, patience.Token);
            try
            {
                return Read(await AnswerToAsync(message));
            }
            catch (OperationCanceledException) when (!patience.IsCancellationRequested)
            {
                continue; // a datagram may be lost
            }
        }
    }

    private async Task<byte[]> AnswerToAsync(byte[] message)
    {
        while (true)
        {
            byte[] answer = await ReceiveAsync(Again);
            if (answer.AsSpan(8, 12).SequenceEqual(message.AsSpan(8, 12)))
            {
                return answer;
            }
        }
    }

    private async Task<byte[]> ReceiveAsync(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        return (await _socket.ReceiveAsync(patience.Token)).Buffer;
    }

    /// <summary>The code of an answer; realm and nonce are remembered.</summary>
    private int Read(byte[] answer)
    {
        int code = 0;
        for (int at = Header; at + 4 <= answer.Length;)
        {
            (ushort type, ushort length) = (BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at)), BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at + 2)));
            byte[] value = answer[(at + 4)..(at + 4 + length)];
            switch (type)
            {
                case Realm:
                    _realm = value;
                    break;
                case Nonce:
                    _nonce = value;
                    break;
                case ErrorCode:
                    code = (value[2] * 100) + value[3];
                    break;
            }

            at += 4 + ((length + 3) & ~3);
        }

        bool failed = (BinaryPrimitives.ReadUInt16BigEndian(answer) & Failed) == Failed;
        return failed == (code != 0) ? code : throw new FormatException("The answer is neither success nor error.");
    }

    private byte[] Message(ushort method, byte[] attributes, (string Name, string Password)? by)
    {
        byte[] body = by is var (name, _) ? [.. attributes, .. Attribute(Username, Encoding.UTF8.GetBytes(name)), .. Attribute(Realm, _realm), .. Attribute(Nonce, _nonce)] : attributes;
        var message = new byte[Header + body.Length];
        BinaryPrimitives.WriteUInt16BigEndian(message, method);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)(body.Length + (by is null ? 0 : 24)));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), Cookie);
        RandomNumberGenerator.Fill(message.AsSpan(8, 12));
        body.CopyTo(message, Header);
        return by is var (user, password) ? [.. message, .. Attribute(Integrity, Sign(message, user, password))] : message;
    }

#pragma warning disable CA5350, CA5351 // the long-term credentials of STUN are these
    private byte[] Sign(byte[] message, string name, string password) =>
        HMACSHA1.HashData(MD5.HashData([.. Encoding.UTF8.GetBytes(name + ":"), .. _realm, .. Encoding.UTF8.GetBytes(":" + password)]), message);
#pragma warning restore CA5350, CA5351

    private static byte[] Attribute(ushort type, byte[] value)
    {
        var attribute = new byte[4 + ((value.Length + 3) & ~3)];
        BinaryPrimitives.WriteUInt16BigEndian(attribute, type);
        BinaryPrimitives.WriteUInt16BigEndian(attribute.AsSpan(2), (ushort)value.Length);
        value.CopyTo(attribute, 4);
        return attribute;
    }
}
