/**
 * Seconds that a LoRa frame is on air, by Semtech's formula (AN1200.13) with LoRaWAN's settings: 8 symbols of
 * preamble, explicit header, CRC, coding rate 4/5.
 */
export function airtime(phyPayloadLength: number, spreadingFactor: number, bandwidth = 125_000): number {
  const symbol = 2 ** spreadingFactor / bandwidth;
  const bitsPerSymbol = symbol > 0.016 ? spreadingFactor - 2 : spreadingFactor; // low data rate optimization
  const bits = 8 * phyPayloadLength - 4 * spreadingFactor + 28 + 16;
  const payloadSymbols = 8 + 5 * Math.max(0, Math.ceil(bits / (4 * bitsPerSymbol)));
  return (8 + 4.25 + payloadSymbols) * symbol;
}
