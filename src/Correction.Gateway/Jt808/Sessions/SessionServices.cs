using Correction.Gateway.Jt808.Devices;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Correction.Gateway.Jt808.Sessions;

/// <summary>What every session of a host shares.</summary>
internal sealed record SessionServices(
    FixIngress Ingress,
    IGrainFactory Grains,
    DeviceModels Models,
    Jt808Options Options,
    GatewayCounters Counters,
    TerminalDirectory Directory,
    IClock Clock,
    ILogger Logger);
