"""Publishes events to brokers through FastStream: NATS JetStream, Kafka, RabbitMQ."""
