/** Twilio serves recordings as 8 kHz, 16-bit, mono PCM. */
const SAMPLE_RATE = 8000
const HEADER_BYTES = 44
const TONE_HERTZ = 440
const LOUDNESS = 1200

/** A WAV file holding a quiet tone of so many seconds. */
export function toneWav(seconds: number): Buffer {
  const samples = Math.round(seconds * SAMPLE_RATE)
  const file = Buffer.alloc(HEADER_BYTES + samples * 2)
  file.write('RIFF', 0, 'ascii')
  file.writeUInt32LE(file.length - 8, 4)
  file.write('WAVEfmt ', 8, 'ascii')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(SAMPLE_RATE, 24)
  file.writeUInt32LE(SAMPLE_RATE * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'ascii')
  file.writeUInt32LE(samples * 2, 40)
  for (let index = 0; index < samples; index++) {
    const level = Math.round(LOUDNESS * Math.sin((2 * Math.PI * TONE_HERTZ * index) / SAMPLE_RATE))
    file.writeInt16LE(level, HEADER_BYTES + index * 2)
  }
  return file
}
