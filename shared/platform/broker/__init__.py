"""The broker port and its two engines, RabbitMQ and memory, held alike by one contract suite."""
