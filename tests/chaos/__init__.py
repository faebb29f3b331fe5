"""Every service a process of its own, on a private RabbitMQ and MongoDB, killed, frozen, restarted and wiped in the middle."""
