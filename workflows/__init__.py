"""The durable shell: waits, has decisions made and recorded, carries out effects. No business rule lives here."""
