import { parsePhone } from '#domain/phones'
for (const t of ['ana5551234567','bob +15551234567 x','+1 (555) 123-4567','5551234567','555-123-4567','+1555123456٧','tel:+15551234567','+15551234567;ext=5', '+15551234567 ext 5']) console.log(t, parsePhone(t))
