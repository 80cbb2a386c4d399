import { known, number, object, text, type Json } from '../../json';
import type { DataRate } from '../uplink';
import { zeroable } from './fields';

/** v3's `settings`. */
export function dataRateV3(settings: Json | undefined): DataRate | undefined {
  const { lora, fsk, lrfhss } = object(settings?.data_rate) ?? {};
  return (
    // Before v3.22 the coding rate stood beside the data rate.
    loraV3(object(lora), text(settings?.coding_rate)) ??
    fskRate(object(fsk)?.bit_rate) ??
    lrfhssV3(object(lrfhss))
  );
}

function loraV3(rate: Json | undefined, oldCodingRate: string | undefined): DataRate | undefined {
  return lora(
    number(rate?.spreading_factor),
    number(rate?.bandwidth),
    text(rate?.coding_rate) ?? oldCodingRate,
  );
}

function lrfhssV3(rate: Json | undefined): DataRate | undefined {
  const modulationType = zeroable(rate?.modulation_type);
  const operatingChannelWidth = number(rate?.operating_channel_width);
  if (modulationType === undefined || !operatingChannelWidth) return undefined;
  return known<DataRate>({
    modulation: 'lrfhss',
    modulationType,
    operatingChannelWidth,
    codingRate: text(rate?.coding_rate),
  });
}

/** v2's `metadata`: `SF7BW125` (kHz), or a bit rate. */
export function dataRateV2(metadata: Json): DataRate | undefined {
  if (metadata.modulation === 'FSK') return fskRate(metadata.bit_rate);
  const [, spreadingFactor, kHz] =
    text(metadata.data_rate)?.match(/^SF([1-9]\d?)BW([1-9]\d{0,3}(?:\.\d{1,3})?)$/) ?? [];
  return lora(Number(spreadingFactor), Math.round(Number(kHz) * 1000), text(metadata.coding_rate));
}

function lora(spreadingFactor?: number, bandwidth?: number, codingRate?: string): DataRate | undefined {
  if (!spreadingFactor || !bandwidth) return undefined;
  return known<DataRate>({ modulation: 'lora', spreadingFactor, bandwidth, codingRate });
}

function fskRate(value: unknown): DataRate | undefined {
  const bitRate = number(value);
  return bitRate ? { modulation: 'fsk', bitRate } : undefined;
}
