/** Twilio serves recordings as 8 kHz, 16-bit, mono PCM. */
const SAMPLE_RATE = 8000
const HEADER_BYTES = 44
const TONE_HERTZ = 440
const LOUDNESS = 1200

/** Eleven whole waves: after so many samples the tone repeats itself exactly. */
const PERIOD = 200

/** A WAV file holding a quiet tone of so many seconds, on one channel or on two. */
export function toneWav(seconds: number, channels: 1 | 2 = 1): Buffer {
  const frames = Math.round(seconds * SAMPLE_RATE)
  const sound = frames * 2 * channels
  const file = Buffer.alloc(HEADER_BYTES + sound)
  file.write('RIFF', 0, 'ascii')
  file.writeUInt32LE(file.length - 8, 4)
  file.write('WAVEfmt ', 8, 'ascii')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(channels, 22)
  file.writeUInt32LE(SAMPLE_RATE, 24)
  file.writeUInt32LE(SAMPLE_RATE * 2 * channels, 28)
  file.writeUInt16LE(2 * channels, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'ascii')
  file.writeUInt32LE(sound, 40)
  file.fill(wave(channels), HEADER_BYTES)
  return file
}

function wave(channels: number): Buffer {
  const samples = Array.from({ length: PERIOD * channels }, (_, index) => {
    return Math.round(LOUDNESS * Math.sin((2 * Math.PI * TONE_HERTZ * Math.floor(index / channels)) / SAMPLE_RATE))
  })
  const bytes = Buffer.alloc(samples.length * 2)
  samples.forEach((sample, index) => {
    bytes.writeInt16LE(sample, index * 2)
  })
  return bytes
}
