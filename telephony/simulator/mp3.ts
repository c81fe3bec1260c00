/** One MPEG-1 layer III frame: 128 kbit/s, 44.1 kHz, mono, no padding: 417 bytes, 1,152 samples. */
const FRAME_BYTES = 417
const SAMPLES_PER_FRAME = 1152
const SAMPLE_RATE = 44_100
const FRAME_HEADER = Buffer.from([0xff, 0xfb, 0x90, 0xc4])

/** An MP3 file of silence: frames whose side information is zero decode to nothing at all. */
export function silentMp3(seconds: number): Buffer {
  const frame = Buffer.alloc(FRAME_BYTES)
  FRAME_HEADER.copy(frame)
  const count = Math.max(1, Math.ceil((seconds * SAMPLE_RATE) / SAMPLES_PER_FRAME))
  return Buffer.concat(Array.from({ length: count }, () => frame))
}
